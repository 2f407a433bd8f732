namespace Meridian.Host.Tests.Commands;

public sealed class HelpTests
{
    [Fact]
    public async Task Help_EveryCommand_HasOneLine()
    {
        CommandRun run = await CommandRun.RunAsync("--help");

        string[] lines = run.Output.Split('\n');
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        foreach (string command in (string[])["serve", "check", "explain", "status", "quickstart", "version"])
        {
            Assert.Single(lines, line => line.TrimStart().StartsWith(command + " ", StringComparison.Ordinal) && line.TrimEnd().EndsWith('.'));
        }
        Assert.DoesNotContain(lines, line => line.Contains("backend ", StringComparison.Ordinal));
    }

    [Fact]
    public void Tree_EverySymbol_IsDescribed() =>
        Assert.All(CommandLineShell.BuildTree().Subcommands, command =>
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name);
            Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), argument.Name));
            Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
        });

    [Fact]
    public void TreeFor_ACommand_IsThatCommandAlone()
    {
        string[] all = [.. CommandLineShell.BuildTree().Subcommands.Select(command => command.Name)];

        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(all, name => Assert.Equal([name], CommandLineShell.BuildTreeFor([name, "--help"]).Subcommands.Select(command => command.Name)));
        // Whatever is no command may be about any of them: a list of them, a suggestion, a directive.
        Assert.All((string[][])[[], ["--help"], ["serv"], ["[suggest]", "se"]], arguments =>
            Assert.Equal(all, CommandLineShell.BuildTreeFor(arguments).Subcommands.Select(command => command.Name)));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("nonsense")]
    [InlineData("status", "--url", "example")]
    [InlineData("status", "--url", "ftp://127.0.0.1")]
    [InlineData("explain", "www.example.test", "A", "--port", "65536")]
    [InlineData("backend", "--name", "a", "--listen", "192.0.2.1:80")]
    public async Task WrongCommandLine_IsUsageAndSaysWhy(params string[] arguments)
    {
        CommandRun run = await CommandRun.RunAsync(arguments);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.NotEmpty(run.Error.Trim());
    }

    [Fact]
    public async Task Version_SaysNumberCommitAndRuntime()
    {
        CommandRun run = await CommandRun.RunAsync("version");

        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Matches(@"\Ameridian [0-9]+\.[0-9]+\.[0-9]+\S*\ncommit   \S+\nruntime  \.NET 10\.\S+ on \S+\n\z", run.Output.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("0.1.0+abc", "0.1.0", "abc")]
    [InlineData("0.1.0-rc.1+abc", "0.1.0-rc.1", "abc")]
    [InlineData("0.1.0", "0.1.0", null)]
    public void Parse_InformationalVersion_IsNumberAndCommit(string informational, string number, string? commit) =>
        Assert.Equal(new ProductVersion(number, commit, "runtime"), ProductVersion.Parse(informational, "runtime"));
}
