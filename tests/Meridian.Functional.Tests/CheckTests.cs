using System.Globalization;
using System.Text.Json;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary><c>check</c> as a person and a pipeline use it.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Check_TenMistakes_ReportsTenWithPositionsAndFails()
    {
        string path = _directory.Write("ten.yaml", TenMistakes.Document);

        CommandResult result = await Command.MeridianAsync("check", path);

        Assert.Equal(1, result.ExitCode);
        string[] errors = [.. result.ErrorLines.Where(line => line.Contains(": error: ", StringComparison.Ordinal))];
        Assert.Equal(TenMistakes.Expected.Count, errors.Length);
        Assert.All(TenMistakes.Expected.Zip(errors), pair =>
        {
            string position = string.Create(CultureInfo.InvariantCulture, $"{path}:{pair.First.Line}:{pair.First.Column}: error: ");
            Assert.StartsWith(position, pair.Second, StringComparison.Ordinal);
            Assert.Contains(pair.First.Word, pair.Second, StringComparison.Ordinal);
        });
        Assert.Contains("10 errors", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_TenMistakesAsJson_CanBeRead()
    {
        string path = _directory.Write("ten.yaml", TenMistakes.Document);

        CommandResult result = await Command.MeridianAsync("check", path, "--json");

        Assert.Equal(1, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.False(document.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(
            TenMistakes.Expected.Select(expected => (expected.Line, expected.Column)),
            document.RootElement.GetProperty("errors").EnumerateArray().Select(
                error => (error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32())));
        Assert.All(document.RootElement.GetProperty("errors").EnumerateArray(), error => Assert.Equal(path, error.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task Check_TheExample_IsValid()
    {
        CommandResult result = await Command.MeridianAsync("check", Path.Combine(AppContext.BaseDirectory, "examples/quickstart/meridian.yaml"));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("valid (1 zones, 4 policies, 2 pools", result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task Check_ADirectoryWithAZoneFile_IsValidAndFindsItsMistakes()
    {
        const string Zone = """
            $ORIGIN example.test.
            $TTL 1h
            @ IN SOA ns1 hostmaster 1 7200 900 1209600 60
            @ NS ns1
            ns1 A 127.0.0.1
            $GENERATE 1-3 host$ A 192.0.2.$
            """;
        _directory.Write("a.yaml", "pools:\n  p: {members: [{address: 192.0.2.1}]}\n");
        _directory.Write("b.yaml", "zones:\n  example.test: {file: example.test.zone}\n");
        string zone = _directory.Write("example.test.zone", Zone + "\n");
        CommandResult valid = await Command.MeridianAsync("check", _directory["."]);
        Assert.True(valid.ExitCode == 0, valid.Error);

        _directory.Write("example.test.zone", Zone + "\nwww A 192.0.2.300\n");
        CommandResult invalid = await Command.MeridianAsync("check", _directory["."]);
        Assert.Equal(1, invalid.ExitCode);
        Assert.Contains(Path.GetFileName(zone) + ":7:", invalid.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NothingThere_SaysSo()
    {
        CommandResult missing = await Command.MeridianAsync("check", _directory["missing.yaml"]);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("missing.yaml", missing.Error, StringComparison.Ordinal);

        CommandResult wrong = await Command.MeridianAsync("check");
        Assert.Equal(2, wrong.ExitCode);
    }

    [Fact]
    public async Task Help_OfTheExecutable_ListsEveryCommand()
    {
        CommandResult result = await Command.MeridianAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.All(["serve", "check", "explain", "status", "quickstart", "version"], command =>
            Assert.Contains(result.OutputLines, line => line.StartsWith($"  {command} ", StringComparison.Ordinal)));
    }
}
