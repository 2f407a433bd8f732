using System.Collections.Immutable;
using System.CommandLine;
using Meridian.Control.Configuration;
using Meridian.Control.Diffing;
using Meridian.Control.Publishing;
using Meridian.Engine.Snapshot;

namespace Meridian.Host.Commands;

/// <summary><c>meridian diff</c></summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        Argument<string> before = new("old") { Description = "The configuration that is.", HelpName = "OLD" };
        Argument<string> after = new("new") { Description = "The configuration that would be.", HelpName = "NEW" };
        Option<bool> json = CommandOptions.Json();
        Option<bool> svg = new("--svg") { Description = "Draw a world map in SVG." };
        var command = new Command("diff", "Show which clients would get other answers from a changed configuration, and from which networks.") { before, after, json, svg };
        command.SetAction(result => Run(
            result.GetRequiredValue(before), result.GetRequiredValue(after), result.GetValue(json), result.GetValue(svg),
            result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string before, string after, bool asJson, bool asSvg, TextWriter output, TextWriter error)
    {
        // One cache: where both name the same database they share it, and the maps that are equal.
        ConfigurationCompiler compiler = new(PlaceDatabaseCache.CreateDefault());
        if (Compile(compiler, before, null, error) is not { } old || Compile(compiler, after, old, error) is not { } changed)
        {
            return ExitCodes.Failure;
        }
        ImmutableArray<NameChange> changes = SteeringDiff.Compare(old, changed);
        output.WriteLine((asSvg ? DiffMap.ToSvg(changes) : asJson ? DiffOutput.ToJson(changes) : DiffOutput.ToText(changes)).TrimEnd());
        return ExitCodes.Success;
    }

    private static DataPlaneSnapshot? Compile(ConfigurationCompiler compiler, string path, DataPlaneSnapshot? previous, TextWriter error)
    {
        LoadResult loaded = new ConfigurationLoader(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(path);
        RevisionInfo revision = new(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch);
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> errors) = compiler.Compile(loaded, revision, previous);
        if (snapshot is null)
        {
            error.WriteLine(string.Join('\n', errors));
        }
        return snapshot;
    }
}
