using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Route53.Operations;

/// <summary>What a request would write, and what it read: the preconditions under which it may.</summary>
internal sealed class ChangeDraft
{
    private readonly Dictionary<DocumentKey, long> _read = [];

    public List<DocumentChange> Changes { get; } = [];

    public ImmutableArray<Precondition> Preconditions => [.. _read.Select(pair => new Precondition(pair.Key, pair.Value))];

    /// <summary>Relies on a document as it is.</summary>
    public ChangeDraft Relies(in Document document)
    {
        _read[document.Key] = document.Version;
        return this;
    }

    /// <summary>Relies on a document not to exist.</summary>
    public ChangeDraft ReliesOnAbsence(DocumentKey key)
    {
        _read[key] = 0;
        return this;
    }

    /// <summary>Writes a document that is as it was read, or was not there.</summary>
    public ChangeDraft Put(DocumentKey key, MapNode body, in Document? before)
    {
        _read[key] = before?.Version ?? 0;
        Changes.Add(DocumentChange.Put(key, new DocumentBody(DocumentJson.Write(body))));
        return this;
    }

    /// <summary>Deletes a document that is as it was read.</summary>
    public ChangeDraft Delete(in Document document)
    {
        _read[document.Key] = document.Version;
        Changes.Add(DocumentChange.Delete(document.Key));
        return this;
    }
}
