namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Makes new inputs of old ones: a few changes each, of the kinds that parsers fall over.</summary>
/// <param name="random">Seeded: the same seed makes the same inputs.</param>
internal sealed class Mutator(Random random)
{
    private const int ChangesMax = 6;
    private const int InsertMax = 16;

    // Larger inputs find nothing that smaller ones do not, only more slowly.
    private const int LengthMax = 4096;

    private static readonly byte[] Telling = [0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xBF, 0xC0, 0xFF];

    public byte[] Mutate(byte[] input, byte[] other, IReadOnlyList<byte[]> dictionary)
    {
        List<byte> octets = [.. input];
        for (int change = random.Next(1, ChangesMax + 1); change > 0; change--)
        {
            Change(octets, other, dictionary);
        }
        return octets.Count <= LengthMax ? [.. octets] : [.. octets.Take(LengthMax)];
    }

    private void Change(List<byte> octets, byte[] other, IReadOnlyList<byte[]> dictionary)
    {
        int at = octets.Count == 0 ? 0 : random.Next(octets.Count);
        int length = Math.Min(random.Next(1, InsertMax), octets.Count - at);
        switch (random.Next(10))
        {
            case 0 when octets.Count > 0:
                octets[at] = (byte)random.Next(256);
                break;
            case 1 when octets.Count > 0:
                octets[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2 when octets.Count > 0:
                octets[at] = Telling[random.Next(Telling.Length)];
                break;
            case 3 when octets.Count > 0:
                octets[at] += (byte)(random.Next(2) == 0 ? 1 : -1);
                break;
            case 4:
                octets.RemoveRange(at, length);
                break;
            case 5:
                octets.InsertRange(at, octets.GetRange(at, length));
                break;
            case 6 when dictionary.Count > 0:
                octets.InsertRange(at, dictionary[random.Next(dictionary.Count)]);
                break;
            case 7 when other.Length > 0:
                int from = random.Next(other.Length);
                octets.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(1, 64), other.Length - from)));
                break;
            case 8:
                // Cut off at the end: what is announced and missing.
                octets.RemoveRange(at, octets.Count - at);
                break;
            default:
                byte[] inserted = new byte[random.Next(1, InsertMax)];
                random.NextBytes(inserted);
                octets.InsertRange(at, inserted);
                break;
        }
    }
}
