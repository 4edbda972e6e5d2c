//! Where a client connects to, and how it checks the server's certificate.
use rustls::pki_types::{pem::PemObject, CertificateDer};
use serde_json::Value;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Where to connect: by address, and by the name that the certificate has to carry.
pub fn address(path: &Value) -> Result<Config, String> {
    let text = |name: &str| path[name].as_str().unwrap_or_default();
    let mut config = Config::new();
    config.user(text("user")).password(text("password")).dbname(text("database"));
    for one in path["hosts"].as_array().into_iter().flatten() {
        let host = one["host"].as_str().unwrap_or_default();
        config.host(path["serverName"].as_str().unwrap_or(host)).port(one["port"].as_u64().unwrap_or(5432) as u16);
        if path["serverName"].is_string() {
            config.hostaddr(host.parse().map_err(|error| format!("{host}: {error}"))?);
        }
    }
    Ok(config)
}

/// TLS that takes certificates of this authority alone, and compares their names.
pub fn trusting(file: &str) -> Result<MakeRustlsConnect, String> {
    let mut roots = rustls::RootCertStore::empty();
    for one in CertificateDer::pem_file_iter(file).map_err(|error| format!("{file}: {error}"))? {
        let certificate = one.map_err(|error| format!("{file}: {error}"))?;
        roots.add(certificate).map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(MakeRustlsConnect::new(rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
}
