using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Whatever a document holds, a load ends with a model or with errors that have positions; it never throws.</summary>
public sealed class MutationTests
{
    private const string Alphabet = "{}[]:,-#&*!|>'\"%@`\\ \n\t0azA.~?\u00e9\uFFFD";

    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20261120, 77);

    [Fact]
    public void Load_MutatedDocument_NeverThrows()
    {
        Gen<(int At, int Kind, int Character)> mutation =
            from at in Gen.Choose(0, TestFiles.Base.Length)
            from kind in Gen.Choose(0, 4)
            from character in Gen.Choose(0, Alphabet.Length - 1)
            select (at, kind, character);
        Gen<string> documents = Gen.Choose(1, 6).SelectMany(count => mutation.ArrayOf(count)).Select(Mutate);
        Check.One(Seeded, Prop.ForAll(documents.ToArbitrary(), IsWellBehaved));
    }

    [Fact]
    public void Load_RandomOctets_NeverThrows() =>
        Check.One(
            Seeded,
            Prop.ForAll(
                Gen.Choose(0, 255).Select(octet => (byte)octet).ArrayOf().ToArbitrary(),
                octets => IsWellBehaved(Encoding.Latin1.GetString(octets))));

    [Fact]
    public void Load_RandomZoneFile_NeverThrows() =>
        Check.One(
            Seeded,
            Prop.ForAll(
                Gen.Elements("@ ", "SOA ", "NS ", "A ", "1 ", "a ", "\n", "( ", ") ", "$TTL ", "$INCLUDE ", "e.zone ", "\" ", "; ", "192.0.2.1 ", "IN ", "CNAME ", "TXT ")
                    .ArrayOf().Select(string.Concat).ToArbitrary(),
                text =>
                {
                    LoadResult result = TestFiles.LoadAll("m.yaml", ("m.yaml", "zones: {example.com: {file: e.zone}}"), ("e.zone", text));
                    return (result.Model is null) == (result.Errors.Length > 0);
                }));

    [Fact]
    public void DurationText_FormatThenParse_IsTheSame() =>
        Check.One(
            Seeded,
            Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                milliseconds =>
                {
                    TimeSpan duration = TimeSpan.FromMilliseconds(milliseconds);
                    return DurationText.TryParse(DurationText.Format(duration), out TimeSpan read) && read == duration;
                }));

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("2w", 1209600)]
    [InlineData("1d12h", 129600)]
    public void DurationText_Valid_IsRead(string text, int seconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1m1h")]
    [InlineData("1s1s")]
    [InlineData("1 s")]
    [InlineData("1S")]
    [InlineData("99999999999s")]
    [InlineData("2000000000w")]
    public void DurationText_Invalid_IsRefused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Fact]
    public void NearestName_Distance_IsAMetric() =>
        Check.One(
            Seeded,
            Prop.ForAll(
                Gen.Elements('a', 'b', 'c').ArrayOf().Two().ToArbitrary(),
                pair =>
                {
                    (string left, string right) = (new string(pair.Item1), new string(pair.Item2));
                    int distance = NearestName.Distance(left, right);
                    return distance == NearestName.Distance(right, left)
                        && (distance == 0) == (left == right)
                        && distance >= Math.Abs(left.Length - right.Length)
                        && distance <= Math.Max(left.Length, right.Length);
                }));

    [Theory]
    [InlineData("memebrs", "members")]
    [InlineData("Pools", "pools")]
    [InlineData("adress", "address")]
    [InlineData("quite-another-thing", null)]
    [InlineData("", null)]
    public void NearestName_Find_SuggestsWhatWasMeant(string written, string? expected) =>
        Assert.Equal(expected, NearestName.Find(written, ["pools", "members", "address"]));

    private static bool IsWellBehaved(string document)
    {
        LoadResult result = TestFiles.Load(document);
        bool hasPositions = result.Errors.Concat(result.Warnings).All(error => error is { Line: >= 1, Column: >= 1, Message.Length: > 0, File: "m.yaml" });
        return hasPositions && (result.Model is null) == (result.Errors.Length > 0);
    }

    private static string Mutate((int At, int Kind, int Character)[] mutations)
    {
        StringBuilder text = new(TestFiles.Base);
        foreach ((int at, int kind, int character) in mutations)
        {
            int index = Math.Min(at, text.Length - 1);
            switch (kind)
            {
                case 0:
                    text.Insert(index, Alphabet[character]);
                    break;
                case 1:
                    text[index] = Alphabet[character];
                    break;
                case 2:
                    text.Remove(index, Math.Min(text.Length - index, character + 1));
                    text.Append(' ');
                    break;
                case 3:
                    text.Insert(index, text.ToString(index, Math.Min(30, text.Length - index)));
                    break;
                default:
                    text.Insert(index, character.ToString(CultureInfo.InvariantCulture));
                    break;
            }
        }
        return text.ToString();
    }
}
