using System.Collections.Frozen;

namespace Meridian.Control.Access;

/// <summary>The keys of the Route 53 API there are, found by id. Replaced whole, as everything that many threads read.</summary>
/// <param name="uses">When each was used last; shared with tokens, whose ids look different.</param>
public sealed class AccessKeyIndex(TokenUses uses)
{
    private volatile FrozenDictionary<string, AccessKey> _keys = FrozenDictionary<string, AccessKey>.Empty;

    public TokenUses Uses { get; } = uses;

    /// <summary>By their ids.</summary>
    public IReadOnlyDictionary<string, AccessKey> All => _keys;

    public AccessKey? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>Takes over what the change log has.</summary>
    public void Replace(IEnumerable<AccessKey> keys) => _keys = keys.ToFrozenDictionary(key => key.Id, StringComparer.Ordinal);
}
