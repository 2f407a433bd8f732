using System.Diagnostics;
using System.Globalization;
using System.Text;
using Meridian.Control.Configuration;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Large and hostile documents cost time in proportion to their length.</summary>
public sealed class ScaleTests
{
    /// <summary>Far above what is measured (about 2 s on two shared cores), far below what anything quadratic takes.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public void Load_ManyUnknownKeys_IsQuick() =>
        Measure(Lines(20_000, i => $"key-{i}: 1"), expectedErrors: 201);

    [Fact]
    public void Load_ManyDanglingNames_IsQuick() =>
        Measure(
            "pools:\n" + Lines(10_000, i => $"  p{i}: {{members: [{{address: 192.0.2.1}}]}}") + "policies:\n"
                + Lines(10_000, i => $"  w{i}: {{pool: x{i}}}"),
            expectedErrors: 201);

    [Fact]
    public void Load_ManyRecords_IsQuick() =>
        Measure(TestFiles.Base + Lines(20_000, i => $"      h{i}: {{A: {{steer: www}}}}"), expectedErrors: 0);

    private static void Measure(string document, int expectedErrors)
    {
        long start = Stopwatch.GetTimestamp();
        LoadResult result = TestFiles.Load(document);
        Assert.Equal(expectedErrors, result.Errors.Length);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Bound);
    }

    private static string Lines(int count, Func<int, FormattableString> line)
    {
        StringBuilder text = new();
        for (int i = 0; i < count; i++)
        {
            text.Append(line(i).ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
        return text.ToString();
    }
}
