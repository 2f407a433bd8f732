using System.Diagnostics;
using System.Globalization;
using System.Net;
using Meridian.HealthBench;
using Meridian.HealthBench.Outage;

// Two processes: the backends run in a child, so that the processor time measured here is the checker's alone.
if (args is ["backend", var port, var isTls])
{
    return await Backend.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), bool.Parse(isTls));
}

if (args is ["outage", var server, var members, var interval])
{
    return await new OutageRun(
        server, int.Parse(members, CultureInfo.InvariantCulture), int.Parse(interval, CultureInfo.InvariantCulture), seed: 1).RunAsync();
}

if (args is ["alarms", var net, var count, var every, var seconds, var probes, var kill])
{
    return await new AlarmRun(
        IPAddress.Parse(net),
        int.Parse(count, CultureInfo.InvariantCulture),
        int.Parse(every, CultureInfo.InvariantCulture),
        int.Parse(seconds, CultureInfo.InvariantCulture),
        int.Parse(probes, CultureInfo.InvariantCulture),
        kill).RunAsync();
}

BenchOptions? options = BenchOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine("usage: Meridian.HealthBench [--type http|https|tcp] [--members 10000] [--interval-ms 1000] [--seconds 10] [--port 18080] [--confirm]");
    return 1;
}

using Process backend = Process.Start(new ProcessStartInfo(Environment.ProcessPath ?? "")
{
    ArgumentList = { "backend", options.Port.ToString(CultureInfo.InvariantCulture), options.IsTls.ToString() },
    RedirectStandardInput = true,
    RedirectStandardOutput = true,
}) ?? throw new InvalidOperationException("the backends cannot be started");
try
{
    await backend.StandardOutput.ReadLineAsync();
    BenchResult result = await HealthRun.MeasureAsync(options, () => backend.TotalProcessorTime);
    Console.WriteLine(result.ToText(options));
    return 0;
}
finally
{
    // The child ends with its input.
    backend.StandardInput.Close();
    await backend.WaitForExitAsync();
}
