using System.Collections.Frozen;

namespace Meridian.Control.Access;

/// <summary>The tokens there are, found by id. Replaced whole, as everything that many threads read.</summary>
/// <param name="uses">When each was used last.</param>
public sealed class TokenIndex(TokenUses uses)
{
    private volatile FrozenDictionary<string, AccessToken> _tokens = FrozenDictionary<string, AccessToken>.Empty;

    public TokenUses Uses { get; } = uses;

    /// <summary>By their ids.</summary>
    public IReadOnlyDictionary<string, AccessToken> All => _tokens;

    public AccessToken? Find(string id) => _tokens.GetValueOrDefault(id);

    /// <summary>Takes over what the change log has.</summary>
    public void Replace(IEnumerable<AccessToken> tokens) => _tokens = tokens.ToFrozenDictionary(token => token.Id, StringComparer.Ordinal);
}
