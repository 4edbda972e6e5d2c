//! The client protocol of docs/clients.md for Rust: what every adapter here shares.
pub mod way;

use serde_json::{json, Value};
use std::future::Future;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::watch;

/// What went wrong with a write: its SQLSTATE, where the server gave one, and a message.
pub struct Failure {
    pub sqlstate: Option<String>,
    pub message: String,
}

/// What an adapter gives. `write` resolves to the server, the position of the WAL and the timeline.
pub trait Client: Send + Sync + 'static {
    fn versions(&self) -> String;
    fn settings(&self) -> Value;
    fn write(&self, worker: i32, op: i32) -> impl Future<Output = Result<[String; 3], Failure>> + Send;
    /// open, idle, waiting
    fn pool(&self) -> [usize; 3];
}

struct Session {
    origin_ns: i64,
    rows: Mutex<Vec<Value>>,
}

impl Session {
    fn now(&self) -> i64 {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut time) };
        (time.tv_sec * 1_000_000_000 + time.tv_nsec - self.origin_ns) / 1000
    }

    fn say(&self, mut message: Value) {
        message["t"] = json!(self.now());
        if writeln!(std::io::stdout().lock(), "{message}").is_err() {
            std::process::exit(1);
        }
    }

    fn report(&self, client: &impl Client) {
        let rows = std::mem::take(&mut *self.rows.lock().unwrap());
        self.say(json!({ "kind": "op", "rows": rows }));
        let [open, idle, waiting] = client.pool();
        self.say(json!({ "kind": "pool", "open": open, "idle": idle, "waiting": waiting }));
    }

    async fn attempt(&self, client: &impl Client, worker: i64, op: i64, due: i64) {
        let sent = self.now();
        let answer = client.write(worker as i32, op as i32).await;
        let done = self.now();
        let row = match answer {
            Ok([server, lsn, timeline]) => json!([worker, op, due, sent, done, 0, null, null, server, lsn, timeline]),
            Err(Failure { sqlstate, message }) => json!([worker, op, due, sent, done, 3, sqlstate, message, null, null, null]),
        };
        self.rows.lock().unwrap().push(row);
    }
}

/// Speaks the protocol until it is asked to stop.
pub async fn run<C: Client, O: Future<Output = Result<C, String>>>(open: impl FnOnce(Value) -> O) {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let plan: Value = match lines.next_line().await {
        Ok(Some(line)) => serde_json::from_str(&line).expect("a plan on standard input"),
        _ => return,
    };
    let origin_ns = plan["originNs"].as_str().and_then(|text| text.parse().ok()).expect("originNs");
    let session = Arc::new(Session { origin_ns, rows: Mutex::new(Vec::new()) });
    let client = match open(plan.clone()).await {
        Ok(client) => Arc::new(client),
        Err(why) => {
            eprintln!("{why}");
            std::process::exit(1);
        }
    };
    session.say(json!({ "kind": "ready", "protocol": 1, "versions": client.versions(), "settings": client.settings() }));
    let command: Value = match lines.next_line().await {
        Ok(Some(line)) => serde_json::from_str(&line).unwrap_or_default(),
        _ => return,
    };
    let Some(at_us) = command["atUs"].as_i64() else { return };
    let (stop, stopped) = watch::channel(false);
    let [workers, first] = ["workers", "firstWorker"].map(|name| plan[name].as_i64().unwrap());
    let rate = plan["ratePerSecond"].as_f64().unwrap();
    let working: Vec<_> = (0..workers)
        .map(|worker| {
            let (session, client, mut stopped) = (session.clone(), client.clone(), stopped.clone());
            tokio::spawn(async move {
                for op in 0.. {
                    let due = at_us + ((op * workers + worker) as f64 * 1e6 / rate).round() as i64;
                    let wait = Duration::from_micros((due - session.now()).max(0) as u64);
                    tokio::select! {
                        _ = stopped.changed() => return,
                        _ = tokio::time::sleep(wait) => {}
                    }
                    if *stopped.borrow() {
                        return;
                    }
                    session.attempt(&*client, first + worker, op, due).await;
                }
            })
        })
        .collect();
    let reporter = {
        let (session, client) = (session.clone(), client.clone());
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                session.report(&*client);
            }
        })
    };
    let _ = lines.next_line().await;
    let _ = stop.send(true);
    let give_up = Duration::from_millis(plan["giveUpMs"].as_u64().unwrap());
    let _ = tokio::time::timeout(give_up, async {
        for one in working {
            let _ = one.await;
        }
    })
    .await;
    reporter.abort();
    session.report(&*client);
    session.say(json!({ "kind": "end" }));
    std::process::exit(0);
}
