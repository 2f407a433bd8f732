using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;
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

    /// <summary>Reads all documents; bodies are looked at again only for those with errors.</summary>
    public DocumentReading Read(IReadOnlyCollection<Document> documents)
    {
        DocumentAssembler assembler = new(limits);
        foreach (Document document in documents)
        {
            assembler.Add(document.Key, document.Body.Utf8);
        }
        MapNode tree = assembler.ToTree();
        return Finish(assembler, loader.Load(tree, Name), documents);
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
        IEnumerable<DomainName> gone = zones
            .Where(zone => !documents.TryFind(new DocumentKey(DocumentKinds.Zone, zone), out _))
            .Select(zone => DomainName.TryParse(zone, DomainName.Root, out DomainName? apex) == DomainNameError.None ? apex : null)
            .OfType<DomainName>();
        // They go first: an alias that leads into a zone that is gone leads nowhere.
        LoadResult rest = basis.Model is { } model ? basis with { Model = model with { Zones = model.Zones.RemoveRange(gone) } } : basis;
        return Finish(assembler, loader.LoadZones(assembler.ToTree(), rest), documents);
    }

    private DocumentReading Finish(DocumentAssembler assembler, LoadResult loaded, IReadOnlyCollection<Document> documents)
    {
        IEnumerable<ChangeError> found = assembler.Errors.Concat(Locate(loaded.Errors, documents));
        // By document; within one the reader's order is that of the document already.
        ImmutableArray<ChangeError> errors = [.. found.OrderBy(error => error.Document?.ToString() ?? "", StringComparer.Ordinal)];
        return new DocumentReading(loaded, errors.IsEmpty ? loaded.Model : null, errors, [.. Locate(loaded.Warnings, documents)]);
    }

    /// <summary>Findings of the reader or the compiler, at their places in documents.</summary>
    public IEnumerable<ChangeError> Locate(ImmutableArray<ConfigurationError> findings, IReadOnlyCollection<Document> documents)
    {
        if (findings.IsEmpty)
        {
            yield break;
        }
        HashSet<string> wanted = findings.Select(finding => finding.File).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, (DocumentKey Key, ConfigNode Body)> found = new(StringComparer.Ordinal);
        foreach (Document document in documents)
        {
            string name = document.Key.ToString();
            if (wanted.Contains(name) && DocumentJson.TryRead(document.Body.Utf8, name, limits, out ConfigNode? body, out _))
            {
                found[name] = (document.Key, body);
            }
        }
        foreach (ConfigurationError finding in findings)
        {
            if (found.TryGetValue(finding.File, out (DocumentKey Key, ConfigNode Body) at))
            {
                yield return new ChangeError(at.Key, DocumentPointer.Find(at.Body, finding.Line), finding.Message, finding.Suggestion);
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
