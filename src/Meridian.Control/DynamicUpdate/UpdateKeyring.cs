using System.Collections.Frozen;
using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Tsig;
using Meridian.Engine.Model;

namespace Meridian.Control.DynamicUpdate;

/// <summary>The keys of one revision of the configuration.</summary>
internal sealed class UpdateKeyring
{
    private readonly FrozenDictionary<DomainName, UpdateKey> _keys;

    public UpdateKeyring(ImmutableSortedDictionary<string, UpdateKeyModel> models)
    {
        Models = models;
        Dictionary<DomainName, UpdateKey> keys = [];
        foreach ((string entry, UpdateKeyModel model) in models)
        {
            // The front end has checked the algorithm.
            if (TsigAlgorithm.Find(model.Algorithm) is { } algorithm)
            {
                keys.TryAdd(model.Name, new UpdateKey(entry, model, new TsigKey(model.Name, algorithm, model.Secret.Span, model.MinMacLength)));
            }
        }
        _keys = keys.ToFrozenDictionary();
    }

    /// <summary>What it was made of; the same object for as long as nothing changed.</summary>
    public ImmutableSortedDictionary<string, UpdateKeyModel> Models { get; }

    public UpdateKey? Find(DomainName name) => _keys.GetValueOrDefault(name);
}

/// <summary>One key.</summary>
/// <param name="Entry">Its name in the configuration: the author of revisions.</param>
/// <param name="Model">What its holder may do.</param>
/// <param name="Tsig">What signs.</param>
internal sealed record UpdateKey(string Entry, UpdateKeyModel Model, TsigKey Tsig);
