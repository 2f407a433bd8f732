using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;

namespace Meridian.Control.History;

/// <summary>Configurations of the past where the store is the truth: it has the documents of every revision.</summary>
/// <param name="log">The store.</param>
/// <param name="baseDirectory">Where relative paths in documents begin.</param>
public sealed class StoredConfigurations(IChangeLog log, string baseDirectory)
{
    /// <summary>Reads a configuration as it was.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="isStaged">It was a candidate: the revision before its own, with the staged change on top.</param>
    /// <param name="files">The files that its documents name, as they were.</param>
    /// <param name="remarks">Receives what a reader has to know.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <returns>A load with a model, or the reason why there is none.</returns>
    internal async Task<(LoadResult? Loaded, string? Problem)> OpenAsync(
        SnapshotEntry entry, bool isStaged, IConfigurationFiles files, List<string> remarks, CancellationToken cancellationToken)
    {
        long number = isStaged ? entry.Revision.Number - 1 : entry.Revision.Number;
        using DocumentState? state = await log.StateAtAsync(number, cancellationToken);
        if (state is null)
        {
            return (null, $"the store has no revision {number} any more");
        }
        DocumentSet documents = DocumentSet.Of(state.Read());
        if (isStaged)
        {
            if (!documents.TryFind(StageDocument.Key, out Document document) || StageDocument.TryRead(document.Body) is not { } staged)
            {
                return (null, $"the store has no staged change at revision {number}");
            }
            documents = documents.With(staged.ToChanges(), entry.Revision.Number);
        }
        if (documents.Digest != entry.Revision.Digest)
        {
            remarks.Add($"the store has another configuration as revision {number} than the one that answered");
        }
        ConfigurationLoaderOptions options = ConfigurationCompiler.LoaderOptions(new FixedTime(entry.Revision.LoadedAt)) with { BaseDirectory = baseDirectory };
        DocumentReading reading = new DocumentReader(new ConfigurationLoader(files, options), options.Limits).Read(documents);
        return reading.Model is null
            ? (null, $"this version of Meridian does not read the configuration of revision {number}: {reading.Errors.FirstOrDefault()}")
            : (reading.Loaded, null);
    }
}
