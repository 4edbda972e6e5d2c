import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSession;
import org.json.JSONArray;
import org.json.JSONObject;
import org.postgresql.ssl.PGjdbcHostnameVerifier;

/** pgjdbc with HikariCP and their defaults: 10 connections, a request waits for one for 30 s, no socketTimeout. */
final class HikariClient implements Pgdrill.Client {
  private final HikariDataSource source;
  private final String sql;
  private final Map<String, String> settings = new HashMap<>();

  private HikariClient(JSONObject plan) {
    JSONObject path = plan.getJSONObject("paths").getJSONObject(plan.getString("path"));
    JSONArray hosts = path.getJSONArray("hosts");
    StringJoiner list = new StringJoiner(",", "jdbc:postgresql://", "/" + path.getString("database"));
    for (Object host : hosts) list.add(((JSONObject) host).getString("host") + ":" + ((JSONObject) host).getInt("port"));
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(list.toString());
    config.setUsername(path.getString("user"));
    config.setPassword(path.getString("password"));
    if (path.has("caFile")) {
      config.addDataSourceProperty("sslmode", path.getString("sslmode"));
      config.addDataSourceProperty("sslrootcert", path.getString("caFile"));
    }
    if (path.has("serverName")) {
      Named.name = path.getString("serverName");
      config.addDataSourceProperty("sslhostnameverifier", Named.class.getName());
    }
    JSONObject given = plan.getJSONObject("settings");
    for (String name : given.keySet()) {
      settings.put(name, given.getString(name));
      if (name.equals("pool_size")) config.setMaximumPoolSize(given.getInt(name));
      else if (name.equals("connection_timeout_ms")) config.setConnectionTimeout(given.getLong(name));
      else if (name.equals("max_lifetime_ms")) config.setMaxLifetime(given.getLong(name));
      else if (name.equals("keepalive_time_ms")) config.setKeepaliveTime(given.getLong(name));
      else config.addDataSourceProperty(name, given.getString(name));
    }
    config.setInitializationFailTimeout(30_000); // Loading classes takes longer than a limit on log-ins.
    sql = plan.getString("sql").replace("$1", "?").replace("$2", "?");
    source = new HikariDataSource(config);
    settings.put("maximumPoolSize", String.valueOf(source.getMaximumPoolSize()));
  }

  /** Checks for the name that the certificate carries, where that is not the host of the URL. */
  public static final class Named implements HostnameVerifier {
    static volatile String name;

    public boolean verify(String host, SSLSession session) {
      return PGjdbcHostnameVerifier.INSTANCE.verify(name, session);
    }
  }

  public String versions() {
    String jdbc = org.postgresql.Driver.class.getPackage().getImplementationVersion();
    Properties hikari = new Properties();
    // Its manifest names no version.
    try (InputStream file = HikariDataSource.class.getResourceAsStream("/META-INF/maven/com.zaxxer/HikariCP/pom.properties")) {
      if (file != null) hikari.load(file);
    } catch (IOException unknown) {
    }
    return "pgjdbc " + jdbc + ", HikariCP " + hikari.getProperty("version") + ", Java " + System.getProperty("java.version");
  }

  public Map<String, String> settings() {
    return settings;
  }

  public String[] write(int worker, int op) throws Exception {
    try (Connection connection = source.getConnection(); PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, worker);
      statement.setInt(2, op);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new String[] {row.getString(1), row.getString(2), row.getString(3)};
      }
    }
  }

  public int[] pool() {
    HikariPoolMXBean pool = source.getHikariPoolMXBean();
    return new int[] {pool.getTotalConnections(), pool.getIdleConnections(), pool.getThreadsAwaitingConnection()};
  }

  public static void main(String[] args) throws Exception {
    Pgdrill.run(HikariClient::new);
  }
}
