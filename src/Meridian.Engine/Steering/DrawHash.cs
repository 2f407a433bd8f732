using System.Runtime.CompilerServices;
using Meridian.Engine.Answering;

namespace Meridian.Engine.Steering;

/// <summary>
/// Draws are a keyed hash of what is in the query, never a random generator: any query that was logged can be replayed
/// anywhere with the same result. The mixing step is the folded 64×64→128-bit product.
/// </summary>
internal static class DrawHash
{
    /// <summary>Whole minutes: coarse enough that a captured timestamp names one value, fine enough that a client with a fixed port and id is drawn anew.</summary>
    public const int CoarseTimeSeconds = 60;

    private const ulong Spread = 0x9E3779B97F4A7C15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left ^ Spread, right ^ 0xD6E8FEB86659FD93, out ulong low);
        return high ^ low;
    }

    /// <summary>The draw of a query, before the node's salt.</summary>
    /// <param name="key">The model's key.</param>
    /// <param name="client">Source address and port, time.</param>
    /// <param name="id">The message id.</param>
    /// <param name="nameHash">Hash of the lower-case question name.</param>
    public static ulong OfQuery(in DrawKey key, in ClientInfo client, ushort id, ulong nameHash)
    {
        ulong coarseTime = (ulong)(client.UnixSeconds / CoarseTimeSeconds);
        ulong hash = Mix(key.First ^ client.Address.High, key.Second ^ client.Address.Low);
        hash = Mix(hash ^ ((ulong)client.Port << 16 | id), key.Second ^ nameHash);
        return Mix(hash ^ coarseTime, key.First ^ Spread);
    }

    /// <summary>A number below a bound, as likely as any other; a multiplication instead of a division.</summary>
    public static uint Below(ulong draw, uint bound) => (uint)(Math.BigMul(draw, bound, out _));

    /// <summary>The draw as a fraction, 0 &lt; f ≤ 1.</summary>
    public static double Fraction(ulong draw) => ((draw >> 11) + 1) * (1.0 / (1UL << 53));
}

/// <summary>128 bits that make draws unpredictable to clients. Part of the model, so that all nodes draw alike.</summary>
internal readonly record struct DrawKey(ulong First, ulong Second);
