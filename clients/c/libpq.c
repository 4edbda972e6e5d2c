/* libpq without a pool: every worker keeps one connection, and calls PQreset when PQstatus says that it is bad. */
#include "pgdrill.h"
#include <libpq-fe.h>

static char plan[LINE], *sql, *conninfo;
static long long at_us;
static int workers, first_worker, stopped;
static double rate;

static void attempt(PGconn *connection, int worker, int op, long long due) {
  char numbers[2][16];
  const char *values[] = {numbers[0], numbers[1]};
  snprintf(numbers[0], 16, "%d", first_worker + worker);
  snprintf(numbers[1], 16, "%d", op);
  long long sent = now_us();
  if (PQstatus(connection) == CONNECTION_BAD) PQreset(connection);
  PGresult *result = PQexecParams(connection, sql, 2, NULL, values, NULL, NULL, 0);
  if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
    put_row(first_worker + worker, op, due, sent, 0, NULL, NULL, PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1),
            PQgetvalue(result, 0, 2));
  else {
    const char *message = PQerrorMessage(connection);
    put_row(first_worker + worker, op, due, sent, 3, PQresultErrorField(result, PG_DIAG_SQLSTATE),
            *message ? message : "no result", NULL, NULL, NULL);
  }
  PQclear(result);
}

static void *work(void *argument) {
  int worker = (int)(long)argument;
  PGconn *connection = PQconnectdb(conninfo);
  while (!at_us) usleep(1000);
  for (int op = 0; !stopped; op++) {
    long long due = at_us + llround(((double)op * workers + worker) * 1e6 / rate);
    wait_until_us(due);
    if (!stopped) attempt(connection, worker, op, due);
  }
  return NULL;
}

static void *report_often(void *unused) {
  for (; !stopped; usleep(200000)) report();
  return unused;
}

/* The settings of the scenario are parameters of the connection string. */
static char *with_settings(const char *url) {
  const char *from = strstr(plan, "\"settings\":{") + strlen("\"settings\":{");
  char *text = malloc(LINE);
  snprintf(text, LINE, "%s", url);
  char name[64], value[256];
  int n;
  while (sscanf(from, "\"%63[^\"]\":\"%255[^\"]\"%n", name, value, &n) == 2) {
    snprintf(text + strlen(text), LINE - strlen(text), "%c%s=%s", strchr(text, '?') ? '&' : '?', name, value);
    from += n + (from[n] == ',');
  }
  return text;
}

int main(void) {
  char line[1000];
  pthread_t threads[1000], reporter;
  if (!fgets(plan, LINE, stdin)) return 1;
  char *origin = value_of(plan, "originNs"), *path = value_of(plan, "path");
  origin_ns = atoll(origin);
  workers = (int)number_of(plan, "workers");
  first_worker = (int)number_of(plan, "firstWorker");
  rate = number_of(plan, "ratePerSecond");
  sql = value_of(plan, "sql");
  snprintf(line, sizeof line, "\"%s\":{", path);
  conninfo = with_settings(value_of(strstr(strstr(plan, "\"paths\":"), line), "url"));
  PGconn *first = PQconnectdb(conninfo);
  if (PQstatus(first) != CONNECTION_OK) return fprintf(stderr, "%s", PQerrorMessage(first)), 1;
  PQfinish(first);
  new_rows();
  printf("{\"kind\":\"ready\",\"t\":%lld,\"protocol\":1,\"versions\":\"libpq %d.%d\",\"settings\":{}}\n", now_us(),
         PQlibVersion() / 10000, PQlibVersion() % 10000);
  fflush(stdout);
  for (long i = 0; i < workers; i++) pthread_create(&threads[i], NULL, work, (void *)i);
  if (!fgets(line, sizeof line, stdin) || !strstr(line, "\"start\"")) return 0;
  at_us = (long long)number_of(line, "atUs");
  pthread_create(&reporter, NULL, report_often, NULL);
  if (!fgets(line, sizeof line, stdin)) line[0] = 0;
  stopped = 1;
  pthread_join(reporter, NULL);
  long long until = now_us() + (long long)number_of(plan, "giveUpMs") * 1000 - 1000000;
  for (int i = 0; i < workers && now_us() < until; i++) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += (until - now_us()) / 1000000;
    pthread_timedjoin_np(threads[i], NULL, &deadline);
  }
  report();
  printf("{\"kind\":\"end\",\"t\":%lld}\n", now_us());
  fflush(stdout);
  _exit(0);
}
