using System.Collections.Frozen;

namespace Meridian.Control.Access;

/// <summary>The grants of one sort there are, found by id. Replaced whole, as everything that many threads read.</summary>
/// <param name="uses">When each was used last; shared by tokens and keys, whose ids look different.</param>
public abstract class GrantIndex<T>(TokenUses uses)
    where T : AccessGrant
{
    private volatile FrozenDictionary<string, T> _grants = FrozenDictionary<string, T>.Empty;

    public TokenUses Uses { get; } = uses;

    /// <summary>By their ids.</summary>
    public IReadOnlyDictionary<string, T> All => _grants;

    public T? Find(string id) => _grants.GetValueOrDefault(id);

    /// <summary>Takes over what the change log has.</summary>
    public void Replace(IEnumerable<T> grants) => _grants = grants.ToFrozenDictionary(grant => grant.Id, StringComparer.Ordinal);
}

/// <summary>The tokens there are.</summary>
public sealed class TokenIndex(TokenUses uses) : GrantIndex<AccessToken>(uses);

/// <summary>The keys of the Route 53 API there are.</summary>
public sealed class AccessKeyIndex(TokenUses uses) : GrantIndex<AccessKey>(uses);
