using System.CommandLine;
using Meridian.Host.Runbooks;

namespace Meridian.Host.Tests.Runbooks;

/// <summary>Runbooks as they are read at night: what they name has to be there.</summary>
public sealed class RunbookTests
{
    private const string Sample =
        """
        # A region is down

        You see: nothing. `meridian status` here is no step.

        1. **What does Meridian see?** `meridian status`, and then
           `meridian what-if --down SITE --demand N`.
        2. **Say so.** `meridian force down site:SITE --reason …`
        3. Think. Then think again.
        """;

    private static readonly Dictionary<string, string> Filled = new(StringComparer.Ordinal)
    {
        ["SITE"] = "eu",
        ["SITE-A"] = "eu",
        ["SITE-B"] = "us",
        ["N"] = "100",
        ["NAME"] = "www.example.com",
        ["NETWORK"] = "192.0.2.0",
        ["POLICY"] = "www",
        ["CHILD"] = "eu",
        ["SECONDS"] = "60",
        ["REVISION"] = "7",
        ["MONITOR"] = "web",
        ["CONFIG"] = "meridian.yaml",
        ["…"] = "because of it",
    };

    [Fact]
    public void Parse_NumberedSteps_TitlesAndCommandsOfEach()
    {
        Runbook runbook = Runbook.Parse(Sample);
        Assert.Equal("A region is down", runbook.Title);
        Assert.Equal(["What does Meridian see?", "Say so", "Think"], runbook.Steps.Select(step => step.Title));
        Assert.Equal(["status", "what-if --down SITE --demand N"], runbook.Steps[0].Commands);
        Assert.Equal(["force down site:SITE --reason …"], runbook.Steps[1].Commands);
        Assert.Empty(runbook.Steps[2].Commands);
    }

    [Theory]
    [InlineData("what-if --down SITE --demand N", "what-if --down eu --demand 100", true)]
    [InlineData("what-if --weight POLICY/CHILD=N --ttl POLICY=SECONDS", "what-if --weight www/eu=100 --ttl www=60", true)]
    [InlineData("explain NAME A --client NETWORK", "explain www.example.com A --client 192.0.2.0", true)]
    [InlineData("force down site:SITE --for 2h", "force down site:eu --for 2h", false)]
    [InlineData("drill fail SITE --share 5%", "drill fail eu --share 5%", false)]
    [InlineData("drill show", "drill show", true)]
    [InlineData("rollback REVISION", "rollback 7", false)]
    public void Fill_Blanks_AreReplacedAndWhatChangesSomethingIsTold(string text, string filled, bool onlyLooks)
    {
        RunbookCommand command = RunbookCommand.Fill(text, Filled);
        Assert.Equal($"meridian {filled}", command.ToString());
        Assert.Equal(onlyLooks, command.OnlyLooks);
        Assert.Empty(command.Blanks);
    }

    [Fact]
    public void Fill_NothingGiven_BlanksAreNamed()
    {
        Assert.Equal(["CHILD", "N", "POLICY"], RunbookCommand.Fill("what-if --weight POLICY/CHILD=N", new Dictionary<string, string>()).Blanks);
        Assert.Equal(["…"], RunbookCommand.Fill("freeze --reason …", new Dictionary<string, string>()).Blanks);
        // What is put in stays one argument.
        Assert.Equal(["freeze", "--reason", "a b"], RunbookCommand.Fill("freeze --reason …", new Dictionary<string, string> { ["…"] = "a b" }).Arguments);
    }

    [Fact]
    public void Runbooks_EveryCommandInThem_IsOneOfTheProduct()
    {
        RootCommand root = CommandLineShell.BuildTree();
        FileInfo[] runbooks = new DirectoryInfo(Path.Combine(Root(), "docs", "runbooks")).GetFiles("*.md");
        Assert.True(runbooks.Length >= 4);
        foreach (FileInfo file in runbooks)
        {
            Runbook runbook = Runbook.Parse(File.ReadAllText(file.FullName));
            Assert.True(runbook.Steps.Length >= 5, file.Name);
            Assert.Contains(runbook.Steps, step => !step.Commands.IsEmpty);
            foreach (RunbookCommand command in runbook.Steps.SelectMany(step => step.Commands).Select(text => RunbookCommand.Fill(text, Filled)))
            {
                Assert.True(command.Blanks.IsEmpty, $"{file.Name}: {command}: what is {string.Join(", ", command.Blanks)}?");
                Assert.True(root.Parse(command.Arguments).Errors.Count == 0, $"{file.Name}: {command}: {string.Join("; ", root.Parse(command.Arguments).Errors.Select(error => error.Message))}");
            }
        }
    }

    [Fact]
    public async Task Walk_NoServer_SaysWhichCommandsDidNotWork()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, Sample, TestContext.Current.CancellationToken);
            // Port 1 of loopback: nobody listens there.
            CommandRun run = await CommandRun.RunAsync("drill", "walk", path, "--set", "SITE=eu", "--url", "http://127.0.0.1:1");
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("[!] 1. What does Meridian see? (a command of it did not work)", run.Output, StringComparison.Ordinal);
            Assert.Contains("by hand: meridian force down site:eu --reason …", run.Output, StringComparison.Ordinal);
            Assert.Contains("[ ] 3. Think (to be thought about)", run.Output, StringComparison.Ordinal);
            Assert.Equal(2, (await CommandRun.RunAsync("drill", "walk", path, "--set", "SITE")).ExitCode);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Root()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Meridian.slnx")))
        {
            directory = directory.Parent;
        }
        return directory?.FullName ?? throw new InvalidOperationException("These tests run inside the repository.");
    }
}
