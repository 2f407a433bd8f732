using System.Diagnostics.CodeAnalysis;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.State;

namespace Meridian.Control.Publishing;

/// <summary>
/// What an operator says at night where files are the truth: overrides, kept beside the files in the state directory. Their base
/// is what is served, so that files that are broken or held do not stand in the way.
/// </summary>
/// <param name="source">The files.</param>
/// <param name="path">Where overrides are kept; null keeps none.</param>
/// <param name="lastGood">What is served, as files; null where nothing is kept.</param>
/// <param name="parts">Reads files, and dates what is accepted.</param>
internal sealed class FileOverrides(string source, string? path, LastGoodConfiguration? lastGood, PublisherParts parts)
{
    /// <summary>Works out what a change would make of the overrides. Writes nothing.</summary>
    /// <param name="change">Writes and deletes overrides only.</param>
    /// <param name="options">How files are read.</param>
    /// <param name="prepared">What is to be kept and served.</param>
    /// <param name="settled">What becomes of the change otherwise.</param>
    public bool TryPrepare(
        ProposedChange change,
        ConfigurationLoaderOptions options,
        [NotNullWhen(true)] out PreparedOverrides? prepared,
        [NotNullWhen(false)] out ChangeOutcome? settled)
    {
        prepared = null;
        if (path is null || lastGood?.TryOpen(out _) is not { } served || parts.DataPlane.Snapshot is not { } before)
        {
            settled = new ChangeOutcome.Unavailable(
                RefusalKind.Invalid, $"overrides are kept in the state directory, and this server has none: start it with --state DIR, or write them into {source}");
            return false;
        }
        OperatorWords words = OperatorWords.Read(parts.Files, path, options.Limits.MaxFileLength);
        foreach (DocumentChange one in change.Changes)
        {
            string name = one.Key.Name;
            if (!words.Has(name) && before.Model.Overrides.ContainsKey(name))
            {
                settled = new ChangeOutcome.ReadOnly(source);
                return false;
            }
            if (one.Body is null && !words.Has(name))
            {
                settled = new ChangeOutcome.Conflict(one.Key, null, 0);
                return false;
            }
            words = one.Body is { } body ? words.With(name, body.Memory) : words.Without(name);
        }
        LoadResult loaded = new ConfigurationLoader(served.With(path, words.ToFile()), options).Load(served.Root);
        if (loaded.Model is null)
        {
            settled = new ChangeOutcome.Invalid([.. loaded.Errors.Select(error => new ChangeError(null, "", error.Message, error.Suggestion))]);
            return false;
        }
        if (change.DryRun)
        {
            settled = new ChangeOutcome.Unchanged(null);
            return false;
        }
        prepared = new PreparedOverrides(path, words, loaded);
        settled = null;
        return true;
    }

    /// <summary>What a change became, served as a revision.</summary>
    public ChangeOutcome.Accepted AcceptedAs(long number, ProposedChange change) => new(
        new Revision
        {
            Number = number,
            At = parts.Time.GetUtcNow(),
            Author = change.Author,
            Origin = change.Origin,
            Message = change.Message,
            Reason = change.Reason,
            ChangeCount = change.Changes.Length,
            DocumentCount = 0,
            StateHash = default,
            Hash = default,
        },
        []);
}

/// <summary>Overrides that may be kept, and the configuration with them.</summary>
/// <param name="Path">Where they are kept.</param>
/// <param name="Words">All of them.</param>
/// <param name="Loaded">What is served, with them; it has a model.</param>
internal sealed record PreparedOverrides(string Path, OperatorWords Words, LoadResult Loaded)
{
    /// <summary>Keeps them, durably.</summary>
    public void Keep() => AtomicFile.Write(Path, Words.ToFile());
}
