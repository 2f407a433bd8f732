using Meridian.Control.Publishing;
using Meridian.Engine.Steering;

namespace Meridian.Control.Tests.Publishing;

public sealed class LastAnswersStoreTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-last-answers-");

    [Fact]
    public void Load_AfterSave_GivesTheSameMemory()
    {
        LastGoodMemory memory = new([new("a", ["192.0.2.1", "192.0.2.2"], 7), new("b", ["192.0.2.3"], 9)], 9);
        new LastAnswersStore(_directory.FullName).Save(memory);
        LastGoodMemory loaded = new LastAnswersStore(_directory.FullName).Load(out string? problem);
        Assert.Null(problem);
        Assert.Equal(9, loaded.Sequence);
        Assert.Equal(
            ["a 7 192.0.2.1 192.0.2.2", "b 9 192.0.2.3"],
            loaded.Pools.Select(pool => $"{pool.Pool} {pool.Sequence} {string.Join(' ', pool.Targets)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_Nothing_IsEmptyWithoutAProblem()
    {
        Assert.Empty(new LastAnswersStore(_directory.FullName).Load(out string? problem).Pools);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1,2,3]")]
    [InlineData("\u0000\u0001")]
    public void Load_Damaged_IsEmptyAndSaysSo(string content)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, LastAnswersStore.FileName), content);
        Assert.Empty(new LastAnswersStore(_directory.FullName).Load(out string? problem).Pools);
        Assert.NotNull(problem);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
