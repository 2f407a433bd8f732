using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Probes.Script;

/// <summary>
/// A member is up when a command ends with the expected exit code in time and, where the monitor says so, its output holds
/// an expected text. The command is started as it is written, by no shell; what it leaves running is killed with it.
/// </summary>
public sealed class ScriptProbe(TimeProvider time) : IProbe
{
    /// <summary>Commands that run at once. Each is a process with its memory; more at a time would harm what they look at.</summary>
    public const int MaxRunning = 64;

    private const int BufferLength = 4096;

    private int _running;

    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbePhase.Body);
        if (monitor.Script is not { Command.Count: > 0 } script)
        {
            return trace.End(ProbeOutcome.NotMade, $"not tried: monitor {monitor.Name} has no command");
        }

        // Results come from many threads; the counter is the only thing that they share.
        if (Interlocked.Increment(ref _running) > MaxRunning)
        {
            Interlocked.Decrement(ref _running);
            return trace.End(ProbeOutcome.NotMade, $"not tried: {MaxRunning} commands run already");
        }

        try
        {
            return await RunAsync(target, script, trace, deadline);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static async ValueTask<ProbeResult> RunAsync(ProbeTarget target, ScriptModel script, ProbeTrace trace, CancellationToken deadline)
    {
        using Process process = new() { StartInfo = StartOf(target, script) };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            return trace.End(ProbeOutcome.NotMade, $"not tried: {script.Command[0]} cannot be started: {e.Message}");
        }

        process.StandardInput.Close();
        BodyWindow output = new(script.ExpectedOutput);
        StringBuilder begin = new();
        try
        {
            // Both ends are read, or a talkative command would wait for us while we wait for it.
            await Task.WhenAll(
                ReadAsync(process.StandardOutput.BaseStream, output, begin, deadline),
                ReadAsync(process.StandardError.BaseStream, new BodyWindow(null), begin, deadline));
            await process.WaitForExitAsync(deadline);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            Kill(process);
            return deadline.IsCancellationRequested
                ? trace.DeadlinePassed()
                : trace.End(ProbeOutcome.NotMade, $"not judged: the output of {script.Command[0]} cannot be read: {e.Message}");
        }

        return Judge(script, process.ExitCode, output, begin.ToString(), trace);
    }

    private static ProcessStartInfo StartOf(ProbeTarget target, ScriptModel script)
    {
        ProcessStartInfo start = new(script.Command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in script.Command.Skip(1))
        {
            start.ArgumentList.Add(TargetText.Fill(argument, target));
        }

        start.Environment["MERIDIAN_ADDRESS"] = target.Address?.ToString() ?? target.Hostname ?? "";
        start.Environment["MERIDIAN_PORT"] = target.Port.ToString(CultureInfo.InvariantCulture);
        return start;
    }

    private static async Task ReadAsync(Stream stream, BodyWindow window, StringBuilder begin, CancellationToken deadline)
    {
        byte[] buffer = new byte[BufferLength];
        int length;
        while ((length = await stream.ReadAsync(buffer, deadline)) > 0)
        {
            lock (begin)
            {
                if (begin.Length < HttpProbeLimits.MaxQuotedLength)
                {
                    begin.Append(Encoding.UTF8.GetString(buffer, 0, Math.Min(length, HttpProbeLimits.MaxQuotedLength)));
                }
            }

            window.Append(buffer.AsSpan(0, length));
        }
    }

    private static ProbeResult Judge(ScriptModel script, int exitCode, BodyWindow output, string begin, ProbeTrace trace)
    {
        string said = begin.Trim().Length == 0 ? "" : $", which said {QuotedText.Of(begin.Trim())}";
        if (exitCode != script.ExpectedExitCode)
        {
            return trace.End(ProbeOutcome.CommandFailed, string.Create(
                CultureInfo.InvariantCulture, $"exit code {exitCode} of {script.Command[0]}{said}; expected {script.ExpectedExitCode}"));
        }

        return output.IsMatch
            ? trace.End(ProbeOutcome.Success, string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}{said}"))
            : trace.End(ProbeOutcome.UnexpectedAnswer, $"the output does not hold {QuotedText.Of(script.ExpectedOutput ?? "")}{said}");
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException or AggregateException)
        {
            // It ended by itself meanwhile, or part of its tree did.
        }
    }
}
