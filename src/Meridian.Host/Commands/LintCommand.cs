using System.CommandLine;
using Meridian.Control.Configuration;
using Meridian.Control.Linting;
using Meridian.Control.Publishing;

namespace Meridian.Host.Commands;

/// <summary><c>meridian lint</c></summary>
internal static class LintCommand
{
    private enum Threshold
    {
        Warn,
        Error,
        None,
    }

    public static Command Create()
    {
        Argument<string> path = CommandOptions.ConfigurationPath();
        Option<bool> json = CommandOptions.Json();
        Option<bool> sarif = new("--sarif") { Description = "Print SARIF 2.1.0, for code hosting." };
        Option<Threshold> failOn = new("--fail-on")
        {
            Description = "Exit 1 when a finding is at least so bad.",
            DefaultValueFactory = _ => Threshold.Error,
        };
        var command = new Command("lint", "Look for what is valid and yet will not do what its author meant.") { path, json, sarif, failOn };
        command.SetAction(result => Run(
            result.GetRequiredValue(path), result.GetValue(json), result.GetValue(sarif), result.GetValue(failOn),
            result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string path, bool asJson, bool asSarif, Threshold failOn, TextWriter output, TextWriter error)
    {
        PlaceDatabaseCache databases = PlaceDatabaseCache.CreateDefault();
        ConfigurationLoader loader = new(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(TimeProvider.System));
        LoadResult loaded = new ConfigurationCompiler(databases).Check(loader, path);
        if (loaded.Model is not { } model || databases.TryGet(model.Geo, out string? problem) is not { } places)
        {
            error.WriteLine(ConfigurationReport.ToText(loaded));
            error.WriteLine($"{path}: correct the errors first, with 'meridian check {path}'");
            return ExitCodes.Failure;
        }
        LintReport report = Linter.Lint(loaded, places);
        if (asSarif || asJson)
        {
            output.WriteLine(asSarif ? LintOutput.ToSarif(report, ProductVersion.Current.Number) : LintOutput.ToJson(report));
        }
        else
        {
            output.Write(LintOutput.ToText(report));
            output.WriteLine($"{path}: {report.Findings.Length} findings, {report.SilencedCount} silenced");
        }
        bool isBad = failOn switch
        {
            Threshold.Warn => report.Has(LintSeverity.Warning),
            Threshold.Error => report.Has(LintSeverity.Error),
            _ => false,
        };
        return isBad ? ExitCodes.Failure : ExitCodes.Success;
    }
}
