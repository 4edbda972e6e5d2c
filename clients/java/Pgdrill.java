import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.json.JSONArray;
import org.json.JSONObject;

/** The client protocol of docs/clients.md for the JVM: what every adapter here shares. */
final class Pgdrill {
  interface Client {
    String versions();

    Map<String, String> settings();

    /** The server, the position of the WAL and the timeline. */
    String[] write(int worker, int op) throws Exception;

    /** open, idle, waiting. */
    int[] pool();
  }

  interface Opening {
    Client open(JSONObject plan) throws Exception;
  }

  // What libraries print must not get between the messages.
  private static final PrintStream output = System.out;
  private static JSONArray rows = new JSONArray();
  private static long originNs;

  /** System.nanoTime() reads CLOCK_MONOTONIC on Linux. */
  private static long now() {
    return (System.nanoTime() - originNs) / 1000;
  }

  private static synchronized void say(JSONObject message) {
    output.println(message.put("t", now()));
    output.flush();
  }

  private static JSONObject message(String kind) {
    return new JSONObject().put("kind", kind);
  }

  private static void report(Client client) {
    JSONArray taken;
    synchronized (output) {
      taken = rows;
      rows = new JSONArray();
    }
    say(message("op").put("rows", taken));
    int[] pool = client.pool();
    say(message("pool").put("open", pool[0]).put("idle", pool[1]).put("waiting", pool[2]));
  }

  private static void attempt(Client client, int worker, int op, long due) {
    long sent = now();
    JSONArray row = new JSONArray().put(worker).put(op).put(due).put(sent);
    try {
      String[] answer = client.write(worker, op);
      row.put(now()).put(0).put(JSONObject.NULL).put(JSONObject.NULL);
      for (String part : answer) row.put(part);
    } catch (Exception error) {
      row.put(now()).put(3).put(stateOf(error)).put(error.getClass().getSimpleName() + ": " + error.getMessage());
      for (int i = 0; i < 3; i++) row.put(JSONObject.NULL);
    }
    synchronized (output) {
      rows.put(row);
    }
  }

  /** An SQLSTATE may be in the cause of the exception that a pool throws. */
  private static Object stateOf(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause())
      if (e instanceof SQLException && ((SQLException) e).getSQLState() != null) return ((SQLException) e).getSQLState();
    return JSONObject.NULL;
  }

  private static void work(Client client, JSONObject plan, int worker, long atUs, CountDownLatch stopped) {
    try {
      for (int op = 0; ; op++) {
        long due = atUs + Math.round(((long) op * plan.getInt("workers") + worker) * 1e6 / plan.getDouble("ratePerSecond"));
        if (stopped.await(Math.max(0, due - now()), TimeUnit.MICROSECONDS)) return;
        attempt(client, plan.getInt("firstWorker") + worker, op, due);
      }
    } catch (InterruptedException end) {
      // The program ends.
    }
  }

  static void run(Opening opening) throws Exception {
    System.setOut(System.err);
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    JSONObject plan = new JSONObject(input.readLine());
    originNs = Long.parseLong(plan.getString("originNs"));
    Client client = opening.open(plan);
    say(message("ready").put("protocol", 1).put("versions", client.versions()).put("settings", client.settings()));
    String line = input.readLine();
    if (line == null || !new JSONObject(line).getString("do").equals("start")) System.exit(0);
    long atUs = new JSONObject(line).getLong("atUs");
    CountDownLatch stopped = new CountDownLatch(1);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < plan.getInt("workers"); i++) {
      int worker = i;
      workers.add(new Thread(() -> work(client, plan, worker, atUs, stopped)));
    }
    for (Thread thread : workers) {
      thread.setDaemon(true);
      thread.start();
    }
    Thread reporter = new Thread(() -> {
      try {
        while (!stopped.await(200, TimeUnit.MILLISECONDS)) report(client);
      } catch (InterruptedException end) {
        // The program ends.
      }
    });
    reporter.start();
    input.readLine();
    stopped.countDown();
    reporter.join();
    long untilMs = System.nanoTime() / 1_000_000 + plan.getInt("giveUpMs");
    for (Thread thread : workers) thread.join(Math.max(1, untilMs - System.nanoTime() / 1_000_000));
    report(client);
    say(message("end"));
    // Whatever still waits for a server must not keep the process alive.
    Runtime.getRuntime().halt(0);
  }

  private Pgdrill() {}
}
