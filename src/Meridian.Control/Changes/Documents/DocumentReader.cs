using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Documents;

/// <summary>
/// Documents to model, through the same reader as files: one front end, with positions that name the document and the place
/// in it.
/// </summary>
/// <param name="loader">Reads the tree, and the few files that documents name (keys, tables).</param>
/// <param name="limits">Bounds each document.</param>
internal sealed class DocumentReader(ConfigurationLoader loader, ConfigurationLimits limits)
{
    // Stands where a file's path would in findings about nothing in particular.
    private const string Name = "the configuration";

    // 1 to 100,000. With more, reading the whole zone is not much dearer, and tells all there is to say of it.
    private const int OwnersMax = 4_096;

    /// <summary>Reads all documents; bodies are looked at again only for those with errors.</summary>
    public DocumentReading Read(DocumentSet documents)
    {
        DocumentAssembler assembler = new(limits);
        foreach (Document document in documents)
        {
            assembler.Add(document.Key, document.Body.Utf8);
        }
        MapNode tree = assembler.ToTree();
        return Finish(assembler, loader.Load(tree, Name), documents);
    }

    /// <summary>Reads documents that are only kept: what is served stays.</summary>
    /// <param name="documents">All documents.</param>
    /// <param name="changed">Documents of such kinds.</param>
    /// <param name="basis">What was read before the change.</param>
    public DocumentReading ReadKept(DocumentSet documents, IEnumerable<DocumentKey> changed, LoadResult basis)
    {
        DocumentAssembler assembler = new(limits);
        foreach (DocumentKey key in changed)
        {
            if (documents.TryFind(key, out Document document))
            {
                assembler.Add(key, document.Body.Utf8);
            }
        }
        DocumentReading read = Finish(assembler, loader.LoadKept(assembler.ToTree(), basis), documents);
        return read with { Loaded = basis, Model = read.Errors.IsEmpty ? basis.Model : null };
    }

    /// <summary>Reads only some owners and the own keys of some zones, where nothing else changed.</summary>
    /// <param name="documents">All documents.</param>
    /// <param name="changed">Documents of the kinds records and zone.</param>
    /// <param name="basis">What was read before the change.</param>
    /// <param name="before">All documents before the change.</param>
    /// <returns>Null when it takes the whole zone to tell.</returns>
    public DocumentReading? TryReadParts(DocumentSet documents, IReadOnlyCollection<DocumentKey> changed, LoadResult basis, DocumentSet before)
    {
        if (changed.Count > OwnersMax)
        {
            return null;
        }
        List<OwnerChange> owners = new(changed.Count);
        DocumentAssembler assembler = new(limits);
        foreach (DocumentKey key in changed)
        {
            if (key.Kind == DocumentKinds.Zone)
            {
                if (!IsHeadAlone(documents, key, basis, before, out Document zone))
                {
                    return null;
                }
                assembler.Add(key, zone.Body.Utf8);
            }
            else if (OwnerOf(documents, key, basis, before) is { } owner)
            {
                owners.Add(owner);
            }
            else
            {
                return null;
            }
        }
        ImmutableArray<MapEntry> heads = assembler.ToTree().Find(RootSection.Zones.Name)?.Value is MapNode zones ? zones.Entries : [];
        DocumentReading read = Finish(assembler, loader.LoadOwners(owners, heads, basis), documents);
        // What is wrong with a zone's own keys may be said with what is wrong elsewhere in it: the whole zone tells that.
        return heads.Length > 0 && !read.Errors.IsEmpty ? null : read;
    }

    /// <summary>Whether a zone's document can be read without its records: it was there, for the same clients, and they mean what they meant.</summary>
    private bool IsHeadAlone(DocumentSet documents, DocumentKey key, LoadResult basis, DocumentSet before, out Document document) =>
        documents.TryFind(key, out document)
        && before.TryFind(key, out Document old)
        && ZoneKey.TryParse(key.Name, out ZoneKey zoneKey, out _)
        && basis.Model?.Zones.GetValueOrDefault(zoneKey) is { } zone
        && BodyOf(document) is { } body
        && BodyOf(old) is { } then
        && ZoneSection.StatesTtl(body, zone.DefaultTtlSeconds)
        && ZoneSection.HaveSameViews(then, body);

    private MapNode? BodyOf(in Document document) =>
        DocumentJson.TryRead(document.Body.Utf8, document.Key.ToString(), limits, out ConfigNode? body, out _) ? body as MapNode : null;

    /// <summary>An owner that can be read by itself; null when there is anything out of the ordinary about it.</summary>
    private OwnerChange? OwnerOf(DocumentSet documents, DocumentKey key, LoadResult basis, DocumentSet before)
    {
        if (!RecordsName.TrySplit(key.Name, out string? zoneName, out string? ownerName)
            || key.Name != RecordsName.Of(RecordsName.NormaliseZone(zoneName), RecordsName.NormaliseOwner(zoneName, ownerName))
            || !ZoneKey.TryParse(zoneName, out ZoneKey zoneKey, out _)
            || DomainName.TryParse(ownerName, zoneKey.Apex, out DomainName? owner) != DomainNameError.None || owner is null
            || basis.Model?.Zones.GetValueOrDefault(zoneKey) is not { } zone)
        {
            return null;
        }
        ConfigNode? records = null;
        if (documents.TryFind(key, out Document document) && !DocumentJson.TryRead(document.Body.Utf8, key.ToString(), limits, out records, out _))
        {
            return null;
        }
        ConfigNode? old = null;
        if (owner == zoneKey.Apex && before.TryFind(key, out Document then))
        {
            DocumentJson.TryRead(then.Body.Utf8, key.ToString(), limits, out old, out _);
        }
        return OwnerReader.IsStructural(zone, owner, records, old)
            ? null
            : new OwnerChange(zoneKey, owner, records is null ? null : new MapEntry(ownerName, new SourcePosition(key.ToString(), 1, 1), records));
    }

    /// <summary>Reads only some zones, where nothing else changed.</summary>
    /// <param name="documents">All documents.</param>
    /// <param name="zones">By the names of their documents; those without any document are gone.</param>
    /// <param name="basis">What was read before the change.</param>
    public DocumentReading ReadZones(DocumentSet documents, HashSet<string> zones, LoadResult basis)
    {
        DocumentAssembler assembler = new(limits);
        string[] prefixes = [.. zones.Select(zone => RecordsName.Of(zone, ""))];
        foreach (Document document in documents)
        {
            string name = document.Key.Name;
            if (document.Key.Kind == DocumentKinds.Zone ? zones.Contains(name)
                : document.Key.Kind == DocumentKinds.Records && prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                assembler.Add(document.Key, document.Body.Utf8);
            }
        }
        IEnumerable<ZoneKey> gone = zones
            .Where(zone => !documents.TryFind(new DocumentKey(DocumentKinds.Zone, zone), out _))
            .Select(zone => ZoneKey.TryParse(zone, out ZoneKey key, out _) ? key : (ZoneKey?)null)
            .OfType<ZoneKey>();
        // They go first: an alias that leads into a zone that is gone leads nowhere.
        LoadResult rest = basis.Model is { } model ? basis with { Model = model with { Zones = model.Zones.RemoveRange(gone) } } : basis;
        return Finish(assembler, loader.LoadZones(assembler.ToTree(), rest), documents);
    }

    private DocumentReading Finish(DocumentAssembler assembler, LoadResult loaded, DocumentSet documents)
    {
        IEnumerable<ChangeError> found = assembler.Errors.Concat(Locate(loaded.Errors, documents));
        // By document; within one the reader's order is that of the document already.
        ImmutableArray<ChangeError> errors = [.. found.OrderBy(error => error.Document?.ToString() ?? "", StringComparer.Ordinal)];
        return new DocumentReading(loaded, errors.IsEmpty ? loaded.Model : null, errors, [.. Locate(loaded.Warnings, documents)]);
    }

    /// <summary>Findings of the reader or the compiler, at their places in documents.</summary>
    public IEnumerable<ChangeError> Locate(ImmutableArray<ConfigurationError> findings, DocumentSet documents)
    {
        if (findings.IsEmpty)
        {
            yield break;
        }
        Dictionary<string, (DocumentKey Key, ConfigNode Body)> found = new(StringComparer.Ordinal);
        foreach (string file in findings.Select(finding => finding.File).Distinct(StringComparer.Ordinal))
        {
            if (DocumentKey.TryParse(file, out DocumentKey key) && documents.TryFind(key, out Document document)
                && DocumentJson.TryRead(document.Body.Utf8, file, limits, out ConfigNode? body, out _))
            {
                found[file] = (document.Key, body);
            }
        }
        foreach (ConfigurationError finding in findings)
        {
            if (found.TryGetValue(finding.File, out (DocumentKey Key, ConfigNode Body) at))
            {
                yield return new ChangeError(at.Key, DocumentPointer.Find(at.Body, finding.Line), finding.Message, finding.Suggestion);
            }
            else if (finding.File.Length == 0 && RecordsPath.TryFind(finding.Path, out DocumentKey owner, out string pointer))
            {
                yield return new ChangeError(owner, pointer, finding.Message, finding.Suggestion);
            }
            else
            {
                // In a file that a document names, or nowhere at all.
                string where = finding.File.Length == 0 || finding.File == Name ? "" : $"{finding.Position}: ";
                yield return new ChangeError(null, "", where + finding.Message, finding.Suggestion);
            }
        }
    }
}

/// <summary>What became of reading documents.</summary>
/// <param name="Loaded">As the compiler takes it.</param>
/// <param name="Model">Null when there are errors.</param>
/// <param name="Errors">Everything that is wrong.</param>
/// <param name="Warnings">What probably does not do what was meant.</param>
internal sealed record DocumentReading(
    LoadResult Loaded, MeridianModel? Model, ImmutableArray<ChangeError> Errors, ImmutableArray<ChangeError> Warnings);
