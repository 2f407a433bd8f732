using System.Text;

namespace Meridian.Engine.Steering;

/// <summary>Hashes of names that stay the same over processes, machines and versions: sticky draws depend on them.</summary>
internal static class StableHash
{
    // FNV-1a (Fowler, Noll, Vo), 64 bits, then a finalizer so that short names differ in the upper bits too.
    private const ulong OffsetBasis = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    public static ulong Of(string text)
    {
        ulong hash = OffsetBasis;
        foreach (byte octet in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ octet) * Prime;
        }
        return DrawHash.Mix(hash, OffsetBasis);
    }
}
