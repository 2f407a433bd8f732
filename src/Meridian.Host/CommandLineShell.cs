using System.CommandLine;
using Meridian.Host.Commands;
using Meridian.Host.Commands.Changes;

namespace Meridian.Host;

/// <summary>The tree of commands, and how one is run.</summary>
internal static class CommandLineShell
{
    // How long a command may take to end after SIGINT or SIGTERM, 1 s to 60 s, before the process is ended for it. Supervisors
    // (systemd: 90 s, Kubernetes: 30 s) wait longer; a server that has not stopped after this is stuck.
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        ParseResult parsed = BuildTree().Parse(arguments);
        int exitCode = await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = TerminationTimeout },
            cancellationToken);
        // The parser reports its errors as 1, which for `check` means that a configuration is invalid: keep the two apart.
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
    }

    internal static RootCommand BuildTree() => new("Meridian, an authoritative DNS server that steers traffic.")
    {
        ServeCommand.Create(),
        ProbeCommand.Create(),
        CheckCommand.Create(),
        LintCommand.Create(),
        DiffCommand.Create(),
        ApplyCommands.CreatePlan(),
        ApplyCommands.CreateApply(),
        StageCommands.CreateStaged(),
        StageCommands.CreatePromote(),
        StageCommands.CreateAbort(),
        PlannedCommands.Create(),
        HistoryCommands.CreateExport(),
        HistoryCommands.CreateHistory(),
        HistoryCommands.CreateShow(),
        HistoryCommands.CreateRollback(),
        PendingCommands.CreatePending(),
        PendingCommands.CreateApprove(),
        PendingCommands.CreateReject(),
        StoreCommands.CreateBackup(),
        StoreCommands.CreateRestore(),
        StoreCommands.CreateStore(),
        SimulateCommand.Create(),
        TtlCommands.Create(),
        LabCommand.Create(),
        ExplainCommand.Create(),
        StatusCommand.Create(),
        PopulationCommand.Create(),
        WhatIfCommand.Create(),
        PropagationCommand.Create(),
        DrillCommand.Create(),
        GeoCommand.Create(),
        BreakerCommands.CreateFreeze(),
        BreakerCommands.CreateThaw(),
        FailbackCommand.Create(),
        OverrideCommands.CreateDrain(),
        OverrideCommands.CreateForce(),
        OverrideCommands.CreateUndrain(),
        OverrideCommands.CreateOverrides(),
        TokenCommands.Create(),
        KeyCommands.Create(),
        AuditCommand.Create(),
        QuickstartCommand.Create(),
        VersionCommand.Create(),
        BackendCommand.Create(),
    };
}
