using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Documents;

/// <summary>Reads a whole configuration that somebody only asks about: it is not compiled for serving, and kept nowhere.</summary>
/// <param name="files">For the few files that documents name.</param>
/// <param name="baseDirectory">Where relative paths in documents begin.</param>
/// <param name="time">Decides which forced states are over.</param>
public sealed class ProposalReader(IConfigurationFiles files, string baseDirectory, TimeProvider time)
{
    /// <summary>Reads it.</summary>
    /// <param name="documents">All of it.</param>
    /// <returns>The model, or everything that is wrong with it.</returns>
    public (MeridianModel? Model, ImmutableArray<ChangeError> Errors) Read(ImmutableArray<DocumentChange> documents)
    {
        ConfigurationLoaderOptions options = ConfigurationCompiler.LoaderOptions(time) with { BaseDirectory = baseDirectory };
        ImmutableArray<DocumentChange> changes = ChangeNormaliser.Normalise(
            documents, DocumentSet.Empty, options.Limits, keepsUnchanged: false, out ImmutableArray<ChangeError> errors);
        if (!errors.IsEmpty)
        {
            return (null, errors);
        }
        DocumentReading reading = new DocumentReader(new ConfigurationLoader(files, options), options.Limits).Read(DocumentSet.Empty.With(changes, 1));
        return (reading.Model, reading.Errors);
    }
}
