// Npgsql with its pool and defaults (Maximum Pool Size 100, Timeout 15 s, Command Timeout 30 s), and optionally the retry
// of Entity Framework's EnableRetryOnFailure: 5 times, at most 30 s apart. Written against docs/clients.md and never run.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Npgsql;

var input = Console.In;
var plan = JsonNode.Parse(input.ReadLine()!)!.AsObject();
var origin = long.Parse(plan["originNs"]!.GetValue<string>());
// Stopwatch reads CLOCK_MONOTONIC on Linux, in ns.
long Now() => (Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency) - origin) / 1000;
var output = new object();
void Say(JsonObject message)
{
    lock (output)
    {
        message["t"] = Now();
        Console.Out.WriteLine(message.ToJsonString());
        Console.Out.Flush();
    }
}

var settings = plan["settings"]!.AsObject();
var path = plan["paths"]![plan["path"]!.GetValue<string>()]!;
var builder = new NpgsqlConnectionStringBuilder
{
    Host = string.Join(",", path["hosts"]!.AsArray().Select(host => $"{host!["host"]}:{host["port"]}")),
    Database = path["database"]!.GetValue<string>(),
    Username = path["user"]!.GetValue<string>(),
    Password = path["password"]!.GetValue<string>(),
};
if (path["caFile"] is { } authority)
{
    builder.SslMode = SslMode.VerifyFull;
    builder.RootCertificate = authority.GetValue<string>();
}
var retry = settings["EnableRetryOnFailure"]?.GetValue<string>() == "1";
// The others are keywords of Npgsql's connection string: Keepalive, Multiplexing, Command Timeout, Target Session Attributes.
foreach (var (name, value) in settings)
    if (name != "EnableRetryOnFailure") builder[name.Replace('_', ' ')] = value!.GetValue<string>();
var sources = new NpgsqlDataSourceBuilder(builder.ConnectionString);
// The name that the certificate carries, where that is not the host.
if (path["serverName"] is { } name)
    sources.UseSslClientAuthenticationOptionsCallback(options => options.TargetHost = name.GetValue<string>());
await using var source = sources.Build();
await using (var probe = await source.OpenConnectionAsync()) { }

var version = typeof(NpgsqlConnection).Assembly.GetName().Version;
Say(new JsonObject
{
    ["kind"] = "ready", ["protocol"] = 1, ["versions"] = $"Npgsql {version}, .NET {Environment.Version}",
    ["settings"] = new JsonObject { ["Maximum Pool Size"] = builder.MaxPoolSize.ToString() },
});
var start = JsonNode.Parse(input.ReadLine() ?? "{}")!;
if (start["do"]?.GetValue<string>() != "start") return;
var at = start["atUs"]!.GetValue<long>();
var workers = plan["workers"]!.GetValue<int>();
var first = plan["firstWorker"]!.GetValue<int>();
var rate = plan["ratePerSecond"]!.GetValue<double>();
var sql = plan["sql"]!.GetValue<string>();
var rows = new ConcurrentQueue<JsonArray>();
using var stopped = new CancellationTokenSource();

async Task<string[]> Write(int worker, int op)
{
    await using var command = source.CreateCommand(sql);
    command.Parameters.Add(new() { Value = worker });
    command.Parameters.Add(new() { Value = op });
    await using var reader = await command.ExecuteReaderAsync();
    await reader.ReadAsync();
    var row = new[] { reader.GetString(0), reader.GetString(1), reader.GetString(2) };
    while (await reader.NextResultAsync()) { }
    return row;
}

async Task Attempt(int worker, int op, long due)
{
    var sent = Now();
    for (var tries = 0; ; tries++)
        try
        {
            var row = await Write(worker, op);
            rows.Enqueue([worker, op, due, sent, Now(), 0, null, null, row[0], row[1], row[2]]);
            return;
        }
        catch (NpgsqlException error) when (retry && error.IsTransient && tries < 5 && !stopped.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, tries) - 1)));
        }
        catch (Exception error)
        {
            rows.Enqueue([worker, op, due, sent, Now(), 3, (error as NpgsqlException)?.SqlState, error.Message, null, null, null]);
            return;
        }
}

async Task Work(int worker)
{
    for (var op = 0; !stopped.IsCancellationRequested; op++)
    {
        var due = at + (long)Math.Round(((double)op * workers + worker) * 1e6 / rate);
        try { await Task.Delay(TimeSpan.FromMicroseconds(Math.Max(0, due - Now())), stopped.Token); }
        catch (OperationCanceledException) { return; }
        await Attempt(first + worker, op, due);
    }
}

void Report()
{
    var taken = new JsonArray();
    while (rows.TryDequeue(out var row)) taken.Add(row);
    Say(new JsonObject { ["kind"] = "op", ["rows"] = taken });
}

var working = Enumerable.Range(0, workers).Select(worker => Task.Run(() => Work(worker))).ToArray();
using (var timer = new Timer(_ => Report(), null, 200, 200)) await Task.Run(() => input.ReadLine());
stopped.Cancel();
await Task.WhenAny(Task.WhenAll(working), Task.Delay(plan["giveUpMs"]!.GetValue<int>()));
Report();
Say(new JsonObject { ["kind"] = "end" });
Environment.Exit(0);
