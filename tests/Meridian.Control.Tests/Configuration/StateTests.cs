using System.Text.Json;
using Meridian.Control.Configuration;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.Configuration;

/// <summary>What survives a restart: revision numbers, serials and the last good configuration.</summary>
public sealed class StateTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("meridian-").FullName;
    private readonly ManualTime _time = new(TestFiles.Now);

    private static uint NowSerial => (uint)TestFiles.Now.ToUnixTimeSeconds();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Propose_First_StartsAtOneWithTheClock()
    {
        RevisionLedger ledger = new(null, _time);
        Assert.Equal(new RevisionInfo(1, NowSerial, "a", TestFiles.Now), ledger.Propose("a"));
        Assert.Null(ledger.Last);
    }

    [Fact]
    public void Propose_SameDigest_IsTheSameRevision()
    {
        RevisionLedger ledger = new(null, _time);
        ledger.Commit(ledger.Propose("a"));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ledger.Last, ledger.Propose("a"));
    }

    [Fact]
    public void Propose_RollbackWithinASecond_StillGrows()
    {
        RevisionLedger ledger = new(null, _time);
        foreach (string digest in new[] { "a", "b", "a" })
        {
            ledger.Commit(ledger.Propose(digest));
        }
        Assert.Equal((3, NowSerial + 2), (ledger.Last?.Number, ledger.Last?.SoaSerial));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(NowSerial + 3600, ledger.Propose("c").SoaSerial);
    }

    [Theory]
    [InlineData(uint.MaxValue, 0L, 0u)]
    [InlineData(0u, 5L, 5u)]
    [InlineData(10u, 5L, 11u)]
    [InlineData(5u, 5L, 6u)]
    [InlineData(uint.MaxValue, 4294967290L, 0u)]
    [InlineData(uint.MaxValue - 1, 4294967296L, 0u)]
    public void NextSerial_InSerialArithmetic_IsGreater(uint last, long clock, uint expected)
    {
        uint next = RevisionLedger.NextSerial(last, DateTimeOffset.FromUnixTimeSeconds(clock));
        Assert.Equal(expected, next);
        // RFC 1982 §3.2: greater when the distance forward is less than half of the space.
        Assert.InRange(unchecked(next - last), 1u, (uint)int.MaxValue);
    }

    [Fact]
    public void Commit_ThenNewLedger_GoesOn()
    {
        RevisionLedger ledger = new(Path.Combine(_directory, "new"), _time);
        ledger.Commit(ledger.Propose("a"));
        RevisionLedger restarted = new(Path.Combine(_directory, "new"), _time);
        Assert.Null(restarted.Problem);
        Assert.Equal(ledger.Last, restarted.Last);
        Assert.Equal(2, restarted.Propose("b").Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"number\": 0}")]
    public void Ledger_BrokenFile_SaysSoAndStartsAnew(string content)
    {
        File.WriteAllText(Path.Combine(_directory, RevisionLedger.FileName), content);
        RevisionLedger ledger = new(_directory, _time);
        Assert.NotNull(ledger.Problem);
        Assert.Equal(1, ledger.Propose("a").Number);
    }

    [Fact]
    public void LastGood_SaveThenLoad_GivesTheSameModel()
    {
        LoadResult loaded = TestFiles.LoadAll(
            "conf",
            ("conf/a.yaml", TestFiles.Base + "  example.net: {file: z/n.zone}\n"),
            ("conf/z/n.zone", "@ 60 SOA ns1 h 1 7200 900 1209600 60\n@ 60 NS ns1\nns1 60 A 192.0.2.53\n"));
        Assert.Empty(TestFiles.Errors(loaded));
        LastGoodConfiguration lastGood = new(_directory);
        lastGood.Save(TestFiles.Load(TestFiles.Base));
        lastGood.Save(loaded);

        LoadResult? restored = lastGood.TryLoad(TestFiles.Options, out string? problem);

        Assert.Null(problem);
        Assert.Equal(loaded.Digest, restored?.Digest);
        Assert.Equal(loaded.Files, restored?.Files);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(_directory, "last-good")));
    }

    [Fact]
    public void LastGood_NothingSaved_IsNull()
    {
        Assert.Null(new LastGoodConfiguration(Path.Combine(_directory, "none")).TryLoad(TestFiles.Options, out string? problem));
        Assert.Null(problem);
    }

    [Fact]
    public void LastGood_BrokenCopy_SaysSo()
    {
        LastGoodConfiguration lastGood = new(_directory);
        lastGood.Save(TestFiles.Load(TestFiles.Base));
        string copy = Assert.Single(Directory.EnumerateDirectories(Path.Combine(_directory, "last-good")));
        Directory.Delete(copy, recursive: true);
        Assert.Null(lastGood.TryLoad(TestFiles.Options, out string? problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void LastGood_ConfigurationWithErrors_IsNotSaved() =>
        Assert.Throws<ArgumentException>(() => new LastGoodConfiguration(_directory).Save(TestFiles.Load("nonsense: 1")));

    [Fact]
    public void Report_Json_HasEveryField()
    {
        using JsonDocument json = JsonDocument.Parse(ConfigurationReport.ToJson(TestFiles.Load("pols: {}")));
        Assert.False(json.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("digest").ValueKind);
        JsonElement error = json.RootElement.GetProperty("errors")[0];
        Assert.Equal(
            ("m.yaml", 1, 1, "pols", "pools"),
            (error.GetProperty("file").GetString(), error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32(),
                error.GetProperty("path").GetString(), error.GetProperty("suggestion").GetString()));
        Assert.Equal("m.yaml", json.RootElement.GetProperty("files")[0].GetString());
        Assert.Equal(1, json.RootElement.GetProperty("warnings").GetArrayLength());
    }

    [Fact]
    public void DiskFiles_LinkThroughSwappedDirectory_ChangesItsStamp()
    {
        // What a Kubernetes ConfigMap does: the file is a link through a directory link that is replaced.
        Directory.CreateDirectory(Path.Combine(_directory, "..v1"));
        Directory.CreateDirectory(Path.Combine(_directory, "..v2"));
        File.WriteAllText(Path.Combine(_directory, "..v1", "a.yaml"), "warm-up: 1s");
        File.WriteAllText(Path.Combine(_directory, "..v2", "a.yaml"), "warm-up: 10s");
        Directory.CreateSymbolicLink(Path.Combine(_directory, "..data"), "..v1");
        File.CreateSymbolicLink(Path.Combine(_directory, "a.yaml"), Path.Combine("..data", "a.yaml"));
        DiskConfigurationFiles files = new();
        FileStamp? before = files.GetStamp(Path.Combine(_directory, "a.yaml"));
        Directory.Delete(Path.Combine(_directory, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(_directory, "..data"), "..v2");
        Assert.Equal(11, before?.Length);
        Assert.Equal(12, files.GetStamp(Path.Combine(_directory, "a.yaml"))?.Length);
    }
}
