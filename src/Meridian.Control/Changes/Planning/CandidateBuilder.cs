using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Planning;

/// <summary>Documents to a snapshot: only what a change touches is read and compiled anew.</summary>
/// <param name="reader">Reads documents.</param>
/// <param name="compiler">Compiles; not for concurrent use, so neither is this.</param>
/// <param name="places">Says which location database is in use; null uses the newest.</param>
internal sealed class CandidateBuilder(DocumentReader reader, ConfigurationCompiler compiler, PlaceDatabaseGate? places)
{
    /// <summary>Builds.</summary>
    /// <param name="documents">The whole configuration.</param>
    /// <param name="changed">What differs from <paramref name="basis"/>.</param>
    /// <param name="revision">What the snapshot will say it is.</param>
    /// <param name="basis">What it is built on; null reads everything.</param>
    public CandidateResult Build(DocumentSet documents, IReadOnlyCollection<DocumentKey> changed, RevisionInfo revision, Candidate? basis)
    {
        DocumentKey[] relevant = [.. changed.Where(key => DocumentSections.IsConfiguration(key.Kind))];
        if (basis is not null && relevant.Length == 0)
        {
            return new CandidateResult(basis with { Documents = documents }, [], []);
        }
        DocumentReading reading = Read(documents, relevant, basis);
        if (reading.Model is null)
        {
            return new CandidateResult(null, reading.Errors, []);
        }
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> problems) = places is { } gate
            ? gate.CompileInUse(compiler, reading.Loaded, revision, basis?.Snapshot)
            : compiler.Compile(reading.Loaded, revision, basis?.Snapshot);
        return snapshot is null
            ? new CandidateResult(null, [.. reader.Locate(problems, documents)], [])
            : new CandidateResult(new Candidate(documents, reading.Loaded, snapshot), [], reading.Warnings);
    }

    /// <summary>
    /// Reads everything anew, files that documents name too, and takes the newest location database that may be used. Gives
    /// back the candidate that it was given where nothing changed.
    /// </summary>
    public CandidateResult Renew(Candidate current, RevisionInfo revision)
    {
        DocumentReading reading = reader.Read(current.Documents);
        if (reading.Model is null)
        {
            return new CandidateResult(null, reading.Errors, []);
        }
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> problems) = places is { } gate
            ? gate.Compile(compiler, reading.Loaded, revision, current.Snapshot)
            : compiler.Compile(reading.Loaded, revision, current.Snapshot);
        if (snapshot is not null && ReferenceEquals(snapshot.Places, current.Snapshot.Places) && HasSameFiles(reading.Loaded, current.Loaded))
        {
            return new CandidateResult(current, [], []);
        }
        return snapshot is null
            ? new CandidateResult(null, [.. reader.Locate(problems, current.Documents)], [])
            : new CandidateResult(new Candidate(current.Documents, reading.Loaded, snapshot), [], reading.Warnings);
    }

    private static bool HasSameFiles(LoadResult left, LoadResult right) =>
        left.Documents.Select(file => file.Path).SequenceEqual(right.Documents.Select(file => file.Path))
        && left.Documents.Zip(right.Documents).All(pair => (pair.First.Content ?? default).Span.SequenceEqual((pair.Second.Content ?? default).Span));

    /// <summary>As little as the change allows.</summary>
    private DocumentReading Read(DocumentSet documents, DocumentKey[] changed, Candidate? basis)
    {
        if (basis is null)
        {
            return reader.Read(documents);
        }
        DocumentKey[] served = [.. changed.Where(key => !DocumentSections.IsKeptOnly(key.Kind))];
        if (served.Any(key => key.Kind is not (DocumentKinds.Zone or DocumentKinds.Records)))
        {
            return reader.Read(documents);
        }
        if (served.Length < changed.Length)
        {
            DocumentReading kept = reader.ReadKept(documents, changed.Except(served), basis.Loaded);
            if (served.Length == 0 || kept.Model is null)
            {
                return kept;
            }
        }
        return reader.TryReadParts(documents, served, basis.Loaded, basis.Documents) ?? reader.ReadZones(documents, ZonesOf(served), basis.Loaded);
    }

    private static HashSet<string> ZonesOf(DocumentKey[] keys)
    {
        HashSet<string> zones = new(StringComparer.Ordinal);
        foreach (DocumentKey key in keys)
        {
            // A name that cannot be taken apart is an error of the document, which the reader tells.
            zones.Add(key.Kind == DocumentKinds.Zone || !RecordsName.TrySplit(key.Name, out string? zone, out _) ? key.Name : zone);
        }
        return zones;
    }
}
