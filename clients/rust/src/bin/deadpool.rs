//! tokio-postgres with deadpool-postgres and its defaults: 4 connections a processor, no time limits.
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use pgdrill_clients::way::{address, trusting};
use pgdrill_clients::{Client, Failure};
use serde_json::{json, Value};
use std::time::Duration;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::NoTls;

struct Deadpool {
    pool: Pool,
    sql: String,
    settings: Value,
}

impl Client for Deadpool {
    fn versions(&self) -> String {
        "tokio-postgres 0.7, deadpool-postgres 0.14 (Cargo.lock)".into()
    }
    fn settings(&self) -> Value {
        self.settings.clone()
    }
    async fn write(&self, worker: i32, op: i32) -> Result<[String; 3], Failure> {
        let failed = |error: &dyn std::error::Error, sqlstate: Option<String>| {
            let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            Failure { sqlstate, message: format!("{error}{cause}") }
        };
        let client = self.pool.get().await.map_err(|error| failed(&error, None))?;
        let of = |error: tokio_postgres::Error| failed(&error, error.code().map(|code| code.code().to_string()));
        let statement = client.prepare_cached(&self.sql).await.map_err(of)?;
        let row = client.query_one(&statement, &[&worker, &op]).await.map_err(of)?;
        Ok([row.get(0), row.get(1), row.get(2)])
    }
    fn pool(&self) -> [usize; 3] {
        let status = self.pool.status();
        [status.size, status.available, status.waiting]
    }
}

async fn open(plan: Value) -> Result<Deadpool, String> {
    let path = &plan["paths"][plan["path"].as_str().unwrap_or_default()];
    let mut config = address(path)?;
    let settings = plan["settings"].as_object().cloned().unwrap_or_default();
    let given = |name: &str| settings.get(name).and_then(Value::as_str);
    let seconds = |name: &str| given(name).and_then(|text| text.parse().ok()).map(Duration::from_secs_f64);
    if given("target_session_attrs") == Some("read-write") {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    if let Some(limit) = seconds("connect_timeout_s") {
        config.connect_timeout(limit);
    }
    if let Some(limit) = seconds("tcp_user_timeout_s") {
        config.tcp_user_timeout(limit);
    }
    if let Some(idle) = seconds("keepalives_idle_s") {
        config.keepalives_idle(idle);
    }
    let method = if given("verified") == Some("1") { RecyclingMethod::Verified } else { RecyclingMethod::Fast };
    let recycling = ManagerConfig { recycling_method: method };
    let manager = match path["caFile"].as_str() {
        Some(file) => Manager::from_config(config.ssl_mode(SslMode::Require).clone(), trusting(file)?, recycling),
        None => Manager::from_config(config, NoTls, recycling),
    };
    let mut builder = Pool::builder(manager).runtime(Runtime::Tokio1);
    if let Some(size) = given("pool_size").and_then(|text| text.parse().ok()) {
        builder = builder.max_size(size);
    }
    let wait = seconds("wait_timeout_s");
    let builder = builder.wait_timeout(wait).create_timeout(seconds("create_timeout_s"));
    let pool = builder.recycle_timeout(seconds("recycle_timeout_s")).build().map_err(|error| error.to_string())?;
    let _ = pool.get().await.map_err(|error| error.to_string())?;
    let mut shown = json!({ "max_size": pool.status().max_size.to_string() });
    for (name, value) in settings {
        shown[name] = value;
    }
    Ok(Deadpool { pool, sql: plan["sql"].as_str().unwrap_or_default().into(), settings: shown })
}

#[tokio::main]
async fn main() {
    pgdrill_clients::run(open).await;
}
