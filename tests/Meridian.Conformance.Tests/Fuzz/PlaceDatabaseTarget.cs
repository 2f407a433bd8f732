using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Tests.Geo;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Location databases (.mmdb): refused with a reason, or read, and then every address has a place.</summary>
internal sealed class PlaceDatabaseTarget : IFuzzTarget
{
    private static readonly ClientAddress[] Addresses =
    [
        ClientAddress.FromIPv4(0), ClientAddress.FromIPv4(0x01020304), ClientAddress.FromIPv4(uint.MaxValue), new(0, 0), new(0x20010DB8_00000000, 1),
        new(ulong.MaxValue, ulong.MaxValue),
    ];

    public string Name => "mmdb";

    public int InputsPerRound => 300;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. MakeSeeds()];

    public IReadOnlyList<byte[]> Dictionary { get; } = [[0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8], [0x20, 0x00], [0xE1], [0x42, (byte)'e', (byte)'n'], [0x3F, 0xFF, 0xFF]];

    public int Take(ReadOnlySpan<byte> input)
    {
        try
        {
            PlaceDatabase database = PlaceDatabase.Read(input);
            foreach (ClientAddress address in Addresses)
            {
                int place = database.Find(address, out int prefixLength);
                FuzzFailureException.ThrowUnless(place >= 0 && place < database.Places.Length, "an address without a place");
                FuzzFailureException.ThrowUnless(prefixLength is >= 0 and <= 128, "a prefix of an impossible length");
            }
            return HashCode.Combine(database.Places.Length, database.Granularity);
        }
        catch (InvalidDataException e)
        {
            // What it says for a file that is not one.
            return e.Message.Length;
        }
    }

    private static IEnumerable<byte[]> MakeSeeds()
    {
        foreach (int bits in new[] { 24, 28, 32 })
        {
            foreach (int version in new[] { 4, 6 })
            {
                yield return new MmdbWriter(bits, version)
                    .AddIPv4(0x01000000, 8, Country("NL", "EU"))
                    .AddIPv4(0xC0000200, 24, Country("US", "NA"))
                    .ToFile();
            }
        }
    }

    private static Dictionary<string, object> Country(string code, string continent) => new()
    {
        ["country"] = new Dictionary<string, object> { ["iso_code"] = code },
        ["continent"] = new Dictionary<string, object> { ["code"] = continent },
        ["location"] = new Dictionary<string, object> { ["latitude"] = 1.5, ["longitude"] = -2.5 },
    };
}
