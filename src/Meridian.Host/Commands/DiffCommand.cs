using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Meridian.Control.Configuration;
using Meridian.Control.Diffing;
using Meridian.Control.Publishing;
using Meridian.Engine.Snapshot;
using Meridian.Host.Commands.Changes;

namespace Meridian.Host.Commands;

/// <summary><c>meridian diff</c></summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        Argument<string> before = new("old") { Description = "The configuration that is: a file, a directory, or a revision of a running store.", HelpName = "OLD" };
        Argument<string> after = new("new") { Description = "The configuration that would be, or another revision.", HelpName = "NEW" };
        Option<bool> json = CommandOptions.Json();
        Option<bool> svg = new("--svg") { Description = "Draw a world map in SVG." };
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("diff", "Show which clients would get other steered answers from a changed configuration, or see other zones, and from which networks.") { before, after, json, svg, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            string old = result.GetRequiredValue(before);
            string changed = result.GetRequiredValue(after);
            InvocationConfiguration streams = result.InvocationConfiguration;
            // A file may be called 7; then it is meant.
            return long.TryParse(old, NumberStyles.None, CultureInfo.InvariantCulture, out long from) && !Path.Exists(old)
                && long.TryParse(changed, NumberStyles.None, CultureInfo.InvariantCulture, out long to) && !Path.Exists(changed)
                ? await HistoryCommands.DiffAsync(from, to, result.GetRequiredValue(url), streams, cancellationToken)
                : Run(old, changed, result.GetValue(json), result.GetValue(svg), streams.Output, streams.Error);
        });
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
        ImmutableArray<ViewChange> views = ViewDiff.Compare(old, changed);
        output.WriteLine((asSvg ? DiffMap.ToSvg(changes, views) : asJson ? DiffOutput.ToJson(changes, views) : DiffOutput.ToText(changes, views)).TrimEnd());
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
