using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meridian.Control.Http.OpenApi;
using Meridian.Control.Http.Routing;

namespace Meridian.Control.Tests.Http.Api;

/// <summary>docs/openapi.json is what is served, and hangs together.</summary>
public sealed partial class OpenApiTests
{
    private const string WriteVariable = "MERIDIAN_WRITE_DOCS";

    [Fact]
    public void Render_ComparedWithDocs_IsUpToDate()
    {
        string path = Path.Combine(RepositoryRoot(), "docs", "openapi.json");
        string rendered = OpenApiDocument.Render();
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            File.WriteAllText(path, rendered);
        }
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == rendered,
            $"docs/openapi.json is out of date: run these tests once with {WriteVariable}=1 and commit the result");
    }

    [Fact]
    public async Task Get_OpenApi_IsTheSameDocument()
    {
        await using ApiUnderTest api = await ApiUnderTest.StartAsync();

        ApiAnswered answer = await api.SendAsync("", "GET", "/api/v1/openapi.json");

        Assert.Equal(OpenApiDocument.Render(), answer.Body);
    }

    [Fact]
    public void Render_EveryReference_LeadsSomewhere()
    {
        string rendered = OpenApiDocument.Render();
        JsonNode document = JsonNode.Parse(rendered)!;
        JsonObject schemas = document["components"]!["schemas"]!.AsObject();

        string[] lost = [.. Reference().Matches(rendered).Select(match => match.Groups[1].Value).Distinct().Where(name => !schemas.ContainsKey(name))];

        Assert.Empty(lost);
        Assert.DoesNotContain("\"$ref\": \"#/properties", rendered, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_Operations_AreNamedOnceAndDescribeTheirParameters()
    {
        foreach (ApiRoute route in RouteTable.Describe())
        {
            string[] inPath = [.. PathParameter().Matches(route.Path).Select(match => match.Groups[1].Value)];
            Assert.Equal(inPath.Order(StringComparer.Ordinal), route.PathParameters.Keys.Order(StringComparer.Ordinal));
            Assert.True(route.Request is null == (route.BodyLengthMax == 0), $"{route.Operation}: a body has a limit, and only a body has one");
        }
        string[] operations = [.. RouteTable.Describe().Select(route => route.Operation)];
        Assert.Equal(operations.Distinct(StringComparer.Ordinal), operations);
    }

    private static string RepositoryRoot([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here) ?? "", "..", "..", "..", ".."));

    [GeneratedRegex("\"#/components/schemas/([A-Za-z0-9]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex PathParameter();
}
