using System.Collections.Immutable;
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

    // In the order of the help.
    private static readonly ImmutableArray<CommandEntry> Commands =
    [
        new("serve", ServeCommand.Create),
        new("probe", ProbeCommand.Create),
        new("check", CheckCommand.Create),
        new("lint", LintCommand.Create),
        new("diff", DiffCommand.Create),
        new("plan", ApplyCommands.CreatePlan),
        new("apply", ApplyCommands.CreateApply),
        new("staged", StageCommands.CreateStaged),
        new("promote", StageCommands.CreatePromote),
        new("abort", StageCommands.CreateAbort),
        new("change", PlannedCommands.Create),
        new("export", HistoryCommands.CreateExport),
        new("history", HistoryCommands.CreateHistory),
        new("show", HistoryCommands.CreateShow),
        new("rollback", HistoryCommands.CreateRollback),
        new("pending", PendingCommands.CreatePending),
        new("approve", PendingCommands.CreateApprove),
        new("reject", PendingCommands.CreateReject),
        new("backup", StoreCommands.CreateBackup),
        new("restore", StoreCommands.CreateRestore),
        new("store", StoreCommands.CreateStore),
        new("simulate", SimulateCommand.Create),
        new("ttl", TtlCommands.Create),
        new("lab", LabCommand.Create),
        new("explain", ExplainCommand.Create),
        new("status", StatusCommand.Create),
        new("population", PopulationCommand.Create),
        new("what-if", WhatIfCommand.Create),
        new("propagation", PropagationCommand.Create),
        new("drill", DrillCommand.Create),
        new("geo", GeoCommand.Create),
        new("freeze", BreakerCommands.CreateFreeze),
        new("thaw", BreakerCommands.CreateThaw),
        new("failback", FailbackCommand.Create),
        new("drain", OverrideCommands.CreateDrain),
        new("force", OverrideCommands.CreateForce),
        new("undrain", OverrideCommands.CreateUndrain),
        new("overrides", OverrideCommands.CreateOverrides),
        new("tokens", TokenCommands.Create),
        new("keys", KeyCommands.Create),
        new("audit", AuditCommand.Create),
        new("quickstart", QuickstartCommand.Create),
        new("version", VersionCommand.Create),
        new("backend", BackendCommand.Create),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        ParseResult parsed = BuildTreeFor(arguments).Parse(arguments);
        int exitCode = await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = TerminationTimeout },
            cancellationToken);
        // The parser reports its errors as 1, which for `check` means that a configuration is invalid: keep the two apart.
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
    }

    /// <summary>All commands.</summary>
    internal static RootCommand BuildTree() => BuildTree(Commands);

    /// <summary>
    /// The commands that a command line can be about. Where its first word is one, nothing of the others can be asked for, and
    /// making all of them is a good part of the start of a server.
    /// </summary>
    internal static RootCommand BuildTreeFor(IReadOnlyList<string> arguments)
    {
        if (arguments.Count > 0)
        {
            foreach (CommandEntry entry in Commands)
            {
                if (entry.Name == arguments[0])
                {
                    return BuildTree([entry]);
                }
            }
        }
        return BuildTree();
    }

    private static RootCommand BuildTree(ImmutableArray<CommandEntry> commands)
    {
        RootCommand root = new("Meridian, an authoritative DNS server that steers traffic.");
        foreach (CommandEntry command in commands)
        {
            root.Add(command.Create());
        }
        return root;
    }

    /// <param name="Name">The word on the command line.</param>
    /// <param name="Create">Makes the command, with its options and what it does.</param>
    private sealed record CommandEntry(string Name, Func<Command> Create);
}
