using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Access;
using Meridian.Control.Http.Routing;

namespace Meridian.Control.Tests.Http.Api;

/// <summary>
/// Every route × no token, a wrong token and every role → the status. The table is written by hand: it says what we mean, and
/// a route that is not in it fails the test.
/// </summary>
public sealed class AccessMatrixTests
{
    private static readonly string[] Columns = ["", "wrong", "viewer", "operator", "editor", "admin"];

    // Columns: no token, a wrong one, viewer, operator, editor, admin.
    private const string Table =
        """
        GET    /                                            200 401 200 200 200 200
        GET    /healthz                                     200 401 200 200 200 200
        GET    /readyz                                      200 401 200 200 200 200
        GET    /metrics                                     401 401 200 200 200 200
        GET    /api/v1/openapi.json                         200 401 200 200 200 200
        GET    /api/v1/status                               401 401 200 200 200 200
        GET    /api/v1/explain?name=www.example.com         401 401 200 200 200 200
        GET    /api/v1/lint                                 401 401 200 200 200 200
        POST   /api/v1/geo/accept                           401 401 403 404 404 404
        POST   /api/v1/breaker/freeze?by=me                 401 401 403 204 204 204
        POST   /api/v1/breaker/thaw?by=me                   401 401 403 204 204 204
        POST   /api/v1/pools/{pool}/failback?by=me          401 401 403 409 409 409
        POST   /api/v1/push/{monitor}/{member}              400 403 403 403 403 403
        GET    /api/v1/zones                                401 401 200 200 200 200
        GET    /api/v1/zones/{name}                         401 401 200 200 200 200
        PUT    /api/v1/zones/{name}                         401 401 403 403 200 200
        DELETE /api/v1/zones/{name}                         401 401 403 403 200 200
        GET    /api/v1/zones/{zone}/records                 401 401 200 200 200 200
        GET    /api/v1/zones/{zone}/records/{owner}         401 401 200 200 200 200
        PUT    /api/v1/zones/{zone}/records/{owner}         401 401 403 403 200 200
        DELETE /api/v1/zones/{zone}/records/{owner}         401 401 403 403 200 200
        GET    /api/v1/pools                                401 401 200 200 200 200
        GET    /api/v1/pools/{name}                         401 401 200 200 200 200
        PUT    /api/v1/pools/{name}                         401 401 403 403 200 200
        DELETE /api/v1/pools/{name}                         401 401 403 403 200 200
        GET    /api/v1/pools/{pool}/members                 401 401 200 200 200 200
        GET    /api/v1/pools/{pool}/members/{member}        401 401 200 200 200 200
        PUT    /api/v1/pools/{pool}/members/{member}        401 401 403 403 200 200
        DELETE /api/v1/pools/{pool}/members/{member}        401 401 403 403 200 200
        GET    /api/v1/policies                             401 401 200 200 200 200
        GET    /api/v1/policies/{name}                      401 401 404 404 404 404
        PUT    /api/v1/policies/{name}                      401 401 403 403 200 200
        DELETE /api/v1/policies/{name}                      401 401 403 403 404 404
        GET    /api/v1/sites                                401 401 200 200 200 200
        GET    /api/v1/sites/{name}                         401 401 404 404 404 404
        PUT    /api/v1/sites/{name}                         401 401 403 403 200 200
        DELETE /api/v1/sites/{name}                         401 401 403 403 404 404
        GET    /api/v1/monitors                             401 401 200 200 200 200
        GET    /api/v1/monitors?secrets=show                401 401 403 403 403 200
        GET    /api/v1/monitors/{name}                      401 401 404 404 404 404
        PUT    /api/v1/monitors/{name}                      401 401 403 403 200 200
        DELETE /api/v1/monitors/{name}                      401 401 403 403 404 404
        GET    /api/v1/delegation-sets                      401 401 200 200 200 200
        GET    /api/v1/delegation-sets/{name}               401 401 404 404 404 404
        PUT    /api/v1/delegation-sets/{name}               401 401 403 403 200 200
        DELETE /api/v1/delegation-sets/{name}               401 401 403 403 404 404
        GET    /api/v1/traffic-policies                     401 401 200 200 200 200
        GET    /api/v1/traffic-policies/{name}              401 401 404 404 404 404
        PUT    /api/v1/traffic-policies/{name}              401 401 403 403 200 200
        DELETE /api/v1/traffic-policies/{name}              401 401 403 403 404 404
        GET    /api/v1/traffic-policy-instances             401 401 200 200 200 200
        GET    /api/v1/traffic-policy-instances/{name}      401 401 404 404 404 404
        PUT    /api/v1/traffic-policy-instances/{name}      401 401 403 403 200 200
        DELETE /api/v1/traffic-policy-instances/{name}      401 401 403 403 404 404
        GET    /api/v1/views                                401 401 200 200 200 200
        GET    /api/v1/views/{name}                         401 401 404 404 404 404
        PUT    /api/v1/views/{name}                         401 401 403 403 200 200
        DELETE /api/v1/views/{name}                         401 401 403 403 404 404
        GET    /api/v1/collections                          401 401 200 200 200 200
        GET    /api/v1/collections/{name}                   401 401 404 404 404 404
        PUT    /api/v1/collections/{name}                   401 401 403 403 200 200
        DELETE /api/v1/collections/{name}                   401 401 403 403 404 404
        GET    /api/v1/staged                               401 401 404 404 404 404
        POST   /api/v1/staged                               401 401 403 403 404 404
        POST   /api/v1/staged/promote                       401 401 403 403 404 404
        POST   /api/v1/staged/abort                         401 401 403 403 404 404
        GET    /api/v1/planned                              401 401 404 404 404 404
        POST   /api/v1/planned                              401 401 403 403 404 404
        POST   /api/v1/planned/{id}/cancel                  401 401 403 403 404 404
        GET    /api/v1/settings                             401 401 200 200 200 200
        GET    /api/v1/settings/{name}                      401 401 404 404 404 404
        PUT    /api/v1/settings/{name}                      401 401 403 403 200 200
        DELETE /api/v1/settings/{name}                      401 401 403 403 404 404
        GET    /api/v1/overrides                            401 401 200 200 200 200
        GET    /api/v1/overrides/{name}                     401 401 404 404 404 404
        PUT    /api/v1/overrides/{name}                     401 401 403 200 200 200
        DELETE /api/v1/overrides/{name}                     401 401 403 404 404 404
        POST   /api/v1/changes                              401 401 403 403 200 200
        POST   /api/v1/changes?dry-run                      401 401 403 403 200 200
        GET    /api/v1/configuration                        401 401 403 403 403 200
        PUT    /api/v1/configuration                        401 401 403 403 200 200
        GET    /api/v1/pending                              401 401 200 200 200 200
        POST   /api/v1/pending/{id}/approve                 401 401 403 403 200 200
        POST   /api/v1/pending/{id}/reject                  401 401 403 403 200 200
        GET    /api/v1/revisions                            401 401 200 200 200 200
        GET    /api/v1/revisions/{number}                   401 401 200 200 200 200
        POST   /api/v1/revisions/{number}/rollback          401 401 403 403 200 200
        GET    /api/v1/diff?from=1                          401 401 200 200 200 200
        GET    /api/v1/population                           401 401 503 503 503 503
        GET    /api/v1/propagation                          401 401 503 503 503 503
        GET    /api/v1/what-if?down=eu                      401 401 503 503 503 503
        POST   /api/v1/what-if                              401 401 403 403 503 503
        GET    /api/v1/drill                                401 401 503 503 503 503
        POST   /api/v1/drill                                401 401 403 503 503 503
        GET    /api/v1/drill/days                           401 401 503 503 503 503
        POST   /api/v1/drill/days                           401 401 403 503 503 503
        POST   /api/v1/drill/days/cancel                    401 401 403 503 503 503
        POST   /api/v1/drill/stop                           401 401 403 503 503 503
        POST   /api/v1/drill/walk                           401 401 403 503 503 503
        GET    /api/v1/events                               401 401 200 200 200 200
        GET    /api/v1/whoami                               200 401 200 200 200 200
        GET    /api/v1/tokens                               401 401 403 403 403 200
        POST   /api/v1/tokens                               401 401 403 403 403 201
        DELETE /api/v1/tokens/{id}                          401 401 403 403 403 200
        GET    /api/v1/keys                                 401 401 403 403 403 200
        POST   /api/v1/keys                                 401 401 403 403 403 201
        DELETE /api/v1/keys/{id}                            401 401 403 403 403 404
        GET    /api/v1/audit                                401 401 403 403 403 200
        """;

    private static ImmutableArray<Row> Rows { get; } =
    [
        .. Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(cells => new Row(cells[0], cells[1], [.. cells[2..].Select(cell => int.Parse(cell, CultureInfo.InvariantCulture))])),
    ];

    [Fact]
    public void Table_Routes_AreExactlyThoseThatAreServed()
    {
        string[] served = [.. RouteTable.Describe().Select(route => $"{route.Method} {route.Path}").Order(StringComparer.Ordinal)];
        string[] listed = [.. Rows.Select(row => $"{row.Method} {row.Path.Split('?')[0]}").Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(served, listed);
    }

    [Fact]
    public async Task Table_EveryCell_IsWhatTheServerDoes()
    {
        // Wrong tokens are part of the table; how they are slowed down is shown elsewhere.
        AccessLimits patient = new() { FailuresFree = 1000 };
        await using ApiUnderTest api = await ApiUnderTest.StartAsync(accessLimits: patient);
        string wrong = TokenText.Create(System.Security.Cryptography.RandomNumberGenerator.Fill, out _);
        List<string> differences = [];
        int cells = 0;
        foreach (Row row in Rows)
        {
            for (int i = 0; i < Columns.Length; i++)
            {
                await api.SeedAsync();
                string victim = await api.Access.TokenAsync("viewer");
                string path = Fill(row, victim.Split('_')[1]);
                ApiAnswered answer = await api.SendAsync(Columns[i] == "wrong" ? wrong : Columns[i], row.Method, path, BodyOf(row));
                cells++;
                if (answer.Status != row.Expected[i])
                {
                    differences.Add($"{row.Method} {row.Path} as '{Columns[i]}': expected {row.Expected[i]}, got {answer}");
                }
                await api.Access.Endpoint.Tokens.RevokeAsync(victim.Split('_')[1], "test", isTrial: false, TestContext.Current.CancellationToken);
            }
        }

        Assert.Empty(differences);
        TestContext.Current.SendDiagnosticMessage("access matrix: {0} routes, {1} cells as written", Rows.Length, cells);
        Assert.Equal(Rows.Length * Columns.Length, cells);
    }

    private static string Fill(Row row, string victim) => row.Path
        .Replace("/zones/{name}", "/zones/example.com", StringComparison.Ordinal)
        .Replace("{zone}", "example.com", StringComparison.Ordinal)
        .Replace("{owner}", "www", StringComparison.Ordinal)
        .Replace("/pools/{name}", "/pools/web", StringComparison.Ordinal)
        .Replace("{pool}", "web", StringComparison.Ordinal)
        .Replace("{member}", "192.0.2.1", StringComparison.Ordinal)
        .Replace("{monitor}", "push", StringComparison.Ordinal)
        .Replace("{name}", "absent", StringComparison.Ordinal)
        .Replace("{number}", "3", StringComparison.Ordinal)
        .Replace("{id}", row.Path.Contains("/tokens/", StringComparison.Ordinal) ? victim : "p1", StringComparison.Ordinal);

    private static string? BodyOf(Row row) => (row.Method, row.Path.Split('?')[0]) switch
    {
        ("PUT", "/api/v1/configuration") or ("POST", "/api/v1/changes" or "/api/v1/what-if") =>
            """{"changes":[{"kind":"site","name":"eu","body":{"near":"aws:eu-west-1"}}],"message":"a site"}""",
        ("PUT", "/api/v1/pools/{pool}/members/{member}") => """{"address":"192.0.2.1","weight":5}""",
        ("PUT", "/api/v1/overrides/{name}") => """{"target":{"pool":"web"},"state":"draining","reason":"disk swap"}""",
        ("PUT", "/api/v1/traffic-policies/{name}") =>
            """{"name":"x","versions":{"1":{"document":"{\"AWSPolicyFormatVersion\":\"2015-10-01\",\"RecordType\":\"A\",\"StartEndpoint\":\"a\",\"Endpoints\":{\"a\":{\"Type\":\"value\",\"Value\":\"192.0.2.1\"}}}"}}}""",
        ("PUT", "/api/v1/traffic-policy-instances/{name}") => """{"zone":"Z1","name":"www.example.com.","type":"A","ttl":60,"policy":"p","version":1}""",
        ("PUT", "/api/v1/delegation-sets/{name}") => """{"name-servers":["ns1.example.net."]}""",
        ("PUT", _) => "{}",
        ("POST", "/api/v1/tokens" or "/api/v1/keys") => """{"name":"ci","role":"viewer"}""",
        ("POST", "/api/v1/revisions/{number}/rollback" or "/api/v1/pending/{id}/approve" or "/api/v1/pending/{id}/reject" or "/api/v1/staged/promote" or "/api/v1/staged/abort" or "/api/v1/planned/{id}/cancel") => "{}",
        ("POST", "/api/v1/planned") => """{"name":"www.example.com","at":"2030-01-01T00:00:00Z","change":{"changes":[]}}""",
        ("POST", "/api/v1/staged") => """{"change":{"changes":[{"kind":"site","name":"eu","body":{}}]},"steps":[1,100],"everySeconds":60}""",
        _ => null,
    };

    private sealed record Row(string Method, string Path, ImmutableArray<int> Expected);
}
