using System.Runtime.CompilerServices;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>A managed server with the clients of other languages in examples/api.</summary>
public sealed class ApiRoundTripTests
{
    private const string Configuration =
        """
        listen: {dns: ["127.0.0.1:0"], http: "127.0.0.1:0"}
        access: {local: none}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
        """;

    [Fact]
    public async Task Curl_FullRound_IsAsExpectedAndNoLogHasTheToken()
    {
        Command.RequireTool("curl");
        using TestDirectory directory = new();
        await using ServerProcess server = await StartAsync(directory);

        CommandResult result = await AsAdminAsync(server, directory, "bash", Example("round-trip.sh"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("curl round trip: 9 steps, all as expected", result.Output, StringComparison.Ordinal);
        string audit = string.Concat(Directory.EnumerateFiles(directory["store/audit"]).Select(File.ReadAllText));
        string secret = Token(directory).Split('_')[2];
        Assert.Contains("\"who\":\"first-run\"", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, audit, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JavaScript_ClientGeneratedFromTheDocument_MakesAFullRound()
    {
        Command.RequireTool("npm");
        using TestDirectory directory = new();
        await using ServerProcess server = await StartAsync(directory);
        string javascript = Example("javascript");
        CommandResult fetched = await Command.ToolAsync("npm", "--prefix", javascript, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        Assert.True(fetched.ExitCode == 0, fetched.Error);
        CommandResult built = await Command.ToolAsync("npm", "--prefix", javascript, "run", "build");
        Assert.True(built.ExitCode == 0, built.Output + built.Error);
        Assert.Contains("valid OpenAPI 3.1.0", built.Output, StringComparison.Ordinal);

        CommandResult result = await AsAdminAsync(server, directory, "node", Path.Combine(javascript, "out", "round-trip.js"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("JavaScript round trip: 10 steps, all as expected", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_OnTheServersMachine_NeedNoToken()
    {
        using TestDirectory directory = new();
        await using ServerProcess server = await StartAsync(directory);
        string url = server.Http.ToString();

        CommandResult created = await Command.MeridianAsync("tokens", "create", "ci", "--role", "viewer", "--zone", "example.com", "--url", url);
        CommandResult listed = await Command.MeridianAsync("tokens", "list", "--url", url);
        CommandResult revoked = await Command.MeridianAsync("tokens", "revoke", created.Output.Trim(), "--url", url);
        CommandResult audit = await Command.MeridianAsync("audit", "--url", url);
        CommandResult verified = await Command.MeridianAsync("audit", "--verify", directory["store"]);

        Assert.All([created, listed, revoked, audit, verified], result => Assert.True(result.ExitCode == 0, result.Error));
        Assert.Matches("^mdn_[a-z0-9]{12}_[0-9a-f]{64}\n$", created.Output);
        Assert.Contains("first-run", listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(created.Output.Trim().Split('_')[2], listed.Output + audit.Output, StringComparison.Ordinal);
        Assert.Contains("local (admin) from 127.0.0.1: createToken", audit.Output, StringComparison.Ordinal);
        Assert.Contains("local (admin) from 127.0.0.1: revokeToken", audit.Output, StringComparison.Ordinal);
        Assert.Contains("each following from the one before", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_AfterARestart_AreTheSame()
    {
        using TestDirectory directory = new();
        string token;
        await using (ServerProcess first = await StartAsync(directory))
        {
            token = Token(directory);
            Assert.Equal(0, await first.StopAsync());
        }
        await using ServerProcess again = await StartAsync(directory);

        CommandResult result = await Command.ToolAsync(
            "env", $"MERIDIAN_TOKEN={token}", "dotnet", Command.Meridian, "tokens", "list", "--json", "--url", again.Http.ToString());

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Single(result.Output.Split("first-run")[1..]);
        Assert.Equal(token, Token(directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(directory["store/admin-token"]));
    }

    private static Task<ServerProcess> StartAsync(TestDirectory directory) =>
        ServerProcess.StartReadyAsync(directory.Write("first.yaml", Configuration), store: directory["store"]);

    private static string Token(TestDirectory directory) => File.ReadAllText(directory["store/admin-token"]).Trim();

    private static Task<CommandResult> AsAdminAsync(ServerProcess server, TestDirectory directory, params string[] command) => Command.ToolAsync(
        "env", [$"MERIDIAN_URL={server.Http.GetLeftPart(UriPartial.Authority)}", $"MERIDIAN_TOKEN={Token(directory)}", .. command]);

    private static string Example(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here) ?? "", "..", "..", "examples", "api", name));
}
