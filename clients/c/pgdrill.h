/* The client protocol of docs/clients.md in C: what adapters share. The plan comes from pgdrill as JSON.stringify writes
 * it, without blanks, and no value that is read here holds a quote: so it is searched, not parsed. */
#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE 65536
static long long origin_ns;
static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;
static char *rows;
static size_t rows_size;
static FILE *rows_file;

static long long now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return ((long long)time.tv_sec * 1000000000 + time.tv_nsec - origin_ns) / 1000;
}

static void wait_until_us(long long due_us) {
  long long ns = origin_ns + due_us * 1000;
  struct timespec time = {ns / 1000000000, ns % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

/* What follows "key": after `from`; the caller frees it. */
static char *value_of(const char *from, const char *key) {
  char quoted[200];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char *at = from ? strstr(from, quoted) : NULL;
  if (!at) return NULL;
  at += strlen(quoted);
  if (*at == '"') return strndup(at + 1, strcspn(at + 1, "\""));
  return strndup(at, strcspn(at, ",}"));
}

static double number_of(const char *from, const char *key) {
  char *text = value_of(from, key);
  double number = text ? atof(text) : 0;
  free(text);
  return number;
}

static void put_text(FILE *to, const char *text) {
  if (!text || !*text) {
    fputs("null", to);
    return;
  }
  fputc('"', to);
  for (; *text; text++)
    if (*text == '"' || *text == '\\') fprintf(to, "\\%c", *text);
    else if ((unsigned char)*text < 32) fputc(' ', to);
    else fputc(*text, to);
  fputc('"', to);
}

static void new_rows(void) { rows_file = open_memstream(&rows, &rows_size); }

static void put_row(int worker, int op, long long due, long long sent, int outcome, const char *state,
                    const char *message, const char *server, const char *lsn, const char *timeline) {
  const char *texts[] = {state, message, server, lsn, timeline};
  pthread_mutex_lock(&output);
  fprintf(rows_file, "%s[%d,%d,%lld,%lld,%lld,%d", ftell(rows_file) > 0 ? "," : "", worker, op, due, sent, now_us(), outcome);
  for (int i = 0; i < 5; i++) {
    fputc(',', rows_file);
    put_text(rows_file, texts[i]);
  }
  fputc(']', rows_file);
  pthread_mutex_unlock(&output);
}

static void report(void) {
  pthread_mutex_lock(&output);
  fclose(rows_file);
  printf("{\"kind\":\"op\",\"t\":%lld,\"rows\":[%s]}\n", now_us(), rows);
  fflush(stdout);
  free(rows);
  new_rows();
  pthread_mutex_unlock(&output);
}
