using System.CommandLine;
using System.Globalization;
using Meridian.Control.ChangeLog;

namespace Meridian.Host.Commands;

/// <summary><c>meridian backup</c>, <c>restore</c> and <c>store check|repair</c>: what is done to a store beside serving it.</summary>
internal static class StoreCommands
{
    public static Command CreateBackup()
    {
        Argument<string> file = new("file") { Description = "Where to; replaced when it is there.", HelpName = "FILE" };
        Option<string> store = Store();
        var command = new Command("backup", "Copy a store to one file, also while it is served, and verify the copy.") { file, store };
        command.SetAction(result => Run(result, output =>
        {
            StoreBackup backup = StoreMaintenance.Backup(result.GetRequiredValue(store), result.GetRequiredValue(file));
            output.WriteLine($"{backup.Report.Path}: {Describe(backup.Report)}, {Megabytes(backup.Length)}, verified");
            output.WriteLine($"SHA-256 {backup.Sha256}");
            return ExitCodes.Success;
        }));
        return command;
    }

    public static Command CreateRestore()
    {
        Argument<string> file = new("file") { Description = "A backup.", HelpName = "FILE" };
        Option<string> store = Store();
        Option<bool> replace = new("--replace") { Description = "Replace the store that is there; its files are kept aside." };
        Option<ContentHash?> hash = new("--sha256")
        {
            Description = "What the file must have, as the backup printed it.",
            HelpName = "HASH",
            CustomParser = result =>
            {
                if (ContentHash.TryParse(result.Tokens.Single().Value, out ContentHash parsed))
                {
                    return parsed;
                }
                result.AddError($"'{result.Tokens.Single().Value}' is not a SHA-256: it has 64 hexadecimal digits.");
                return null;
            },
        };
        var command = new Command("restore", "Verify a backup and make it the store; the server must be stopped.") { file, store, hash, replace };
        command.SetAction(result => Run(result, output =>
        {
            (StoreBackup restored, string? aside) = StoreMaintenance.Restore(
                result.GetRequiredValue(file), result.GetRequiredValue(store), result.GetValue(hash), result.GetValue(replace), TimeProvider.System);
            output.WriteLine($"{result.GetRequiredValue(store)}: restored, {Describe(restored.Report)}, verified (SHA-256 {restored.Sha256})");
            TellAside(output, aside);
            return ExitCodes.Success;
        }));
        return command;
    }

    public static Command CreateStore() => new("store", "Check or repair a store.") { CreateCheck(), CreateRepair() };

    private static Command CreateCheck()
    {
        Option<string> store = Store();
        var command = new Command("check", "Verify every page, hash and checksum, also while it is served; exit 1 and name the damage when there is any.") { store };
        command.SetAction(result => Run(result, output =>
        {
            StoreReport report = StoreMaintenance.Check(result.GetRequiredValue(store));
            output.WriteLine(report.IsWhole ? $"{report.Path}: whole, {Describe(report)}" : $"{report.Path}: DAMAGED, {Describe(report)}");
            TellFindings(output, report);
            return report.IsWhole ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return command;
    }

    private static Command CreateRepair()
    {
        Option<string> store = Store();
        var command = new Command(
            "repair", "Rebuild a damaged store from its newest whole snapshot and the revisions after it that are provably good; the server must be stopped.")
        {
            store,
        };
        command.SetAction(result => Run(result, output =>
        {
            StoreRepairReport repair = StoreMaintenance.Repair(result.GetRequiredValue(store), TimeProvider.System);
            if (repair.Before.IsWhole)
            {
                output.WriteLine($"{repair.Before.Path}: whole, {Describe(repair.Before)}; there is nothing to repair");
                return ExitCodes.Success;
            }
            output.WriteLine($"{repair.Before.Path}: was damaged, {Describe(repair.Before)}");
            TellFindings(output, repair.Before);
            string origin = repair.Snapshot is { } snapshot ? $"the snapshot {Path.GetFileName(snapshot)}" : "the first revision";
            output.WriteLine($"rebuilt from {origin}: {Describe(repair.After)}, verified");
            output.WriteLine(repair.Lost == 0
                ? "no revision is lost"
                : string.Create(CultureInfo.InvariantCulture, $"LOST: {repair.Lost} revisions, {repair.After.Head?.Number + 1} to {repair.Before.Head?.Number}"));
            TellAside(output, repair.Aside);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Option<string> Store() => new("--store")
    {
        Description = "The directory of the store, as serve was given it.",
        HelpName = "DIR",
        Required = true,
    };

    private static int Run(ParseResult result, Func<TextWriter, int> action)
    {
        try
        {
            return action(result.InvocationConfiguration.Output);
        }
        catch (ChangeLogException e)
        {
            result.InvocationConfiguration.Error.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }

    private static void TellFindings(TextWriter output, StoreReport report)
    {
        foreach (string finding in report.Findings)
        {
            output.WriteLine($"  {finding}");
        }
    }

    private static void TellAside(TextWriter output, string? aside)
    {
        if (aside is not null)
        {
            output.WriteLine($"what was there before is in {aside}");
        }
    }

    private static string Describe(StoreReport report) => report.Head is not { } head
        ? "no revision"
        : string.Create(
            CultureInfo.InvariantCulture, $"revision {head.Number} of {head.At:u} ({head.DocumentCount} documents, history from revision {report.OldestNumber})");

    private static string Megabytes(long length) => string.Create(CultureInfo.InvariantCulture, $"{length / 1e6:F1} MB");
}
