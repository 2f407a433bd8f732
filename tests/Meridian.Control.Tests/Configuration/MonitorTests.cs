using Meridian.Dns;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Every type of monitor as it is written and as it is understood.</summary>
public sealed class MonitorTests
{
    private const string Document =
        """
        monitors:
          web: {type: http, http2: true, source: 192.0.2.99, confirm: {}}
          moved: {type: https, host: www.example.com, redirects: {max: 2, downgrade: true}, method: POST, content: '{"deep":1}', until-checked: up}
          redis: {type: tcp, port: 6379, send: "PING\r\n", expect: {text: "+PONG"}}
          cert: {type: tls, host: www.example.com, min-days-left: 14}
          names: {type: dns, query: {name: www.example.com, type: AAAA, transport: tcp, rcode: [noerror, nxdomain], answer: "2001:DB8:0::1"}}
          cart: {type: grpc, port: 50051, service: shop.Cart, tls: true}
          echo: {type: icmp}
          disk: {type: script, command: [/usr/local/bin/check, "{address}"], expect: {exit: 3, output: ok}}
          batch: {type: push, token: c2VjcmV0LXRva2VuLTE, report-ttl: 90s}
          errors: {type: prometheus, url: "http://prom:9090", promql: "sum(rate(errors[1m]))", is: "< 0.05"}
          any: {type: calculated, of: [web, {monitor: whole, weight: 2, inverted: true}], at-least: 1}
          whole: {type: calculated, of: [web, cert]}
        """;

    private static readonly MeridianModel Model = TestFiles.Load(Document).Model!;

    [Fact]
    public void Load_ConnectionsAndTexts_AreUnderstood()
    {
        Assert.True(Model.Monitors["web"].IsHttp2);
        Assert.Equal("192.0.2.99", Model.Monitors["web"].SourceAddress?.ToString());
        Assert.Equal(new ConfirmModel(), Model.Monitors["web"].Confirm);
        Assert.Null(Model.Monitors["web"].Redirects);
        Assert.Equal(("{\"deep\":1}", true), (Model.Monitors["moved"].Content, Model.Monitors["moved"].CountsAsUpUntilChecked));
        Assert.Equal(new RedirectModel { Max = 2, AllowsDowngrade = true }, Model.Monitors["moved"].Redirects);
        Assert.Equal(("PING\r\n", "+PONG"), (Model.Monitors["redis"].Send, Model.Monitors["redis"].ExpectedText));
        Assert.Equal((443, 14), (Model.Monitors["cert"].Port, Model.Monitors["cert"].MinCertificateDays));
        Assert.Equal(("shop.Cart", true), (Model.Monitors["cart"].GrpcService, Model.Monitors["cart"].IsTls));
        Assert.Equal((MonitorType.Icmp, 0), (Model.Monitors["echo"].Type, Model.Monitors["echo"].Port));
    }

    [Fact]
    public void Load_DnsQuestion_HoldsTheAnswerInItsOneForm()
    {
        DnsQuestionModel question = Model.Monitors["names"].Dns!;

        Assert.Equal(53, Model.Monitors["names"].Port);
        Assert.Equal(("www.example.com.", RecordType.AAAA, true, false), (question.Name.ToString(), question.Type, question.OverTcp, question.RecursionDesired));
        Assert.Equal([Rcode.NoError, Rcode.NXDomain], question.ExpectedRcodes);
        Assert.Equal("2001:db8::1", question.ExpectedAnswer);
    }

    [Fact]
    public void Load_ScriptPushPrometheus_AreUnderstood()
    {
        Assert.Equal(
            new ScriptModel { Command = ["/usr/local/bin/check", "{address}"], ExpectedExitCode = 3, ExpectedOutput = "ok" },
            Model.Monitors["disk"].Script);
        Assert.Equal(new PushModel { Token = "c2VjcmV0LXRva2VuLTE", TimeToLive = TimeSpan.FromSeconds(90) }, Model.Monitors["batch"].Push);
        Assert.Equal(
            new PrometheusModel { Url = "http://prom:9090", Query = "sum(rate(errors[1m]))", Operator = ThresholdOperator.Below, Threshold = 0.05 },
            Model.Monitors["errors"].Prometheus);
    }

    [Fact]
    public void Load_Calculated_HoldsTheMonitorsThemselves()
    {
        CalculatedModel any = Model.Monitors["any"].Calculated!;
        CalculatedModel whole = any.Terms[1].Monitor.Calculated!;

        Assert.Equal((1, 3), (any.AtLeast, any.TotalWeight));
        Assert.Same(Model.Monitors["web"], any.Terms[0].Monitor);
        Assert.Equal((2, true), (any.Terms[1].Weight, any.Terms[1].IsInverted));
        Assert.Equal((2, 2), (whole.AtLeast, whole.Terms.Count));
        Assert.Equal(MonitorType.Tls, whole.Terms[1].Monitor.Type);
    }

    [Fact]
    public void Load_CalculatedInALongerCircle_IsReportedAtEachThatIsInIt()
    {
        const string Circle = "monitors: {a: {type: calculated, of: [b]}, b: {type: calculated, of: [a]}, c: {type: calculated, of: [a]}}";

        string[] errors = TestFiles.Errors(TestFiles.Load(Circle));

        Assert.Equal(
            ["monitors follow from each other in a circle: a → b → a", "monitors follow from each other in a circle: b → a → b"],
            errors.Select(error => error[(error.IndexOf("error: ", StringComparison.Ordinal) + 7)..]));
    }
}
