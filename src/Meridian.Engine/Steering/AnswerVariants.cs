namespace Meridian.Engine.Steering;

/// <summary>
/// The answers of one type that a pool can give at one moment, already in wire format, and how likely each is. The union
/// of the variants gives each member exactly its share.
/// </summary>
internal sealed class AnswerVariants
{
    public static AnswerVariants Empty { get; } = new([], []);

    // The upper end of each variant's interval in the 64-bit draw space; the last is the whole space.
    private readonly ulong[] _upperBounds;
    private readonly AnswerVariant[] _variants;

    public AnswerVariants(AnswerVariant[] variants, ulong[] upperBounds)
    {
        _variants = variants;
        _upperBounds = upperBounds;
    }

    public bool IsEmpty => _variants.Length == 0;

    public ReadOnlySpan<AnswerVariant> All => _variants;

    /// <summary>The variant that a draw falls on. There must be one.</summary>
    public AnswerVariant Draw(ulong draw)
    {
        AnswerVariant[] variants = _variants;
        int i = 0;
        // Few variants: a linear scan beats a search. The last needs no comparison.
        while (i < variants.Length - 1 && draw > _upperBounds[i])
        {
            i++;
        }
        return variants[i];
    }
}

/// <summary>One answer.</summary>
/// <param name="Octets">
/// For addresses whole records with pointers to the question's name, all of one length; for CNAME the target's name alone.
/// </param>
/// <param name="Members">Which members are in it, by their slots, in the order of the records.</param>
internal sealed record AnswerVariant(byte[] Octets, int[] Members)
{
    /// <summary>Whether a member is a hostname, so that records may be more than members, and end when its addresses do.</summary>
    public bool HasHostnames { get; init; }
}
