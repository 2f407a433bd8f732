using Meridian.Control.Route53.Policies;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Tests.Route53;

/// <summary>Traffic policy documents: what is taken, and what each wrong one is told.</summary>
public sealed class PolicyDocumentTests
{
    private const string Ends = "\"Endpoints\":{\"a\":{\"Type\":\"value\",\"Value\":\"192.0.2.1\"},\"b\":{\"Type\":\"value\",\"Value\":\"192.0.2.2\"}}";

    [Fact]
    public void Read_EveryRule_InBothSpellingsOfValues()
    {
        PolicyDocument document = PolicyDocumentReader.Read("""
            {"AWSPolicyFormatVersion":"2023-05-09","RecordType":"A","StartRule":"top",ENDS,"Rules":{
              "top":{"RuleType":"failover","Primary":{"RuleReference":"geo","EvaluateTargetHealth":"true","HealthCheck":"hc"},"Secondary":{"EndpointReference":"b"}},
              "geo":{"RuleType":"geo","Locations":[{"Continent":"EU","RuleReference":"latency"},{"Country":"US","Subdivision":"CA","RuleReference":"near"},{"IsDefault":"true","RuleReference":"share"}]},
              "latency":{"RuleType":"latency","Regions":[{"Region":"eu-west-1","EndpointReference":"a"},{"Region":"us-east-1","EndpointReference":"b"}]},
              "near":{"RuleType":"geoproximity","GeoproximityLocations":[{"Region":"aws:route53:us-west-2","Bias":"-10","EndpointReference":"a"},{"Latitude":40.7,"Longitude":"-74","EndpointReference":"b"}]},
              "share":{"RuleType":"weighted","Items":[{"Weight":"3","EndpointReference":"a"},{"Weight":1,"RuleReference":"many"}]},
              "many":{"RuleType":"multivalue","Items":[{"EndpointReference":"a","HealthCheck":"h2"},{"EndpointReference":"b"}]}}}
            """.Replace("ENDS", Ends, StringComparison.Ordinal));

        PolicyBranch primary = document.Start.Branches[0];
        Assert.Equal((true, "hc", new Routing.Failover(true)), (primary.EvaluatesHealth, primary.HealthCheckId, primary.Routing));
        Assert.Equal(
            [new Routing.GeoLocation("EU", null, null), new Routing.GeoLocation(null, "US", "CA"), new Routing.GeoLocation(null, "*", null)],
            primary.Branches.Select(branch => branch.Routing));
        Assert.Equal(
            [new Routing.GeoProximity("us-west-2", null, null, -10), new Routing.GeoProximity(null, "40.7", "-74", null)],
            primary.Branches[1].Branches.Select(branch => branch.Routing));
        Assert.Equal(3, Assert.IsType<Routing.Weighted>(primary.Branches[2].Branches[0].Routing).Weight);
        Assert.Equal("192.0.2.2", primary.Branches[2].Branches[1].Branches[1].Endpoint?.Value);
    }

    [Theory]
    [InlineData("{", "it is not JSON")]
    [InlineData("[]", "the document must be an object")]
    [InlineData("""{"AWSPolicyFormatVersion":"2016-01-01","RecordType":"A","StartEndpoint":"a",ENDS}""", "there are 2015-10-01 and 2023-05-09")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"NS","StartEndpoint":"a",ENDS}""", "RecordType is 'NS'")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A",ENDS}""", "exactly one of StartEndpoint and StartRule")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartEndpoint":"c",ENDS}""", "the endpoint 'c', which there is not")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"AAAA","StartEndpoint":"a",ENDS}""", "Value is not a valid IPv6 address")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartEndpoint":"a",ENDS,"Extra":1}""", "'Extra' is not known here")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"r",ENDS,"Rules":{"r":{"RuleType":"cost","Items":[]}}}""", "RuleType is 'cost'")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"r",ENDS,"Rules":{"r":{"RuleType":"weighted","Items":[{"Weight":256,"EndpointReference":"a"}]}}}""", "Weight is '256'; it is 0 to 255")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"r",ENDS,"Rules":{"r":{"RuleType":"weighted","Items":[{"Weight":1,"RuleReference":"r"}]}}}""", "lead back to themselves: r → r")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"r",ENDS,"Rules":{"r":{"RuleType":"multivalue","Items":[{"RuleReference":"r"}]}}}""", "leads to endpoints only")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"r",ENDS,"Rules":{"r":{"RuleType":"geo","Locations":[{"Country":"XX","EndpointReference":"a"}]}}}""", "there is no country 'XX'")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"r",ENDS,"Rules":{"r":{"RuleType":"latency","Regions":[{"Region":"eu-west-1","EndpointReference":"a"},{"Region":"eu-west-1","EndpointReference":"b"}]}}}""", "for the same clients as another branch")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"r",ENDS,"Rules":{"r":{"RuleType":"failover","Secondary":{"EndpointReference":"a"}}}}""", "Primary is missing")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartEndpoint":"a",ENDS,"Rules":{"r":{"RuleType":"weighted","Items":[{"Weight":1,"EndpointReference":"gone"}]}}}""", "the endpoint 'gone', which there is not")]
    public void Read_Wrong_SaysWhy(string document, string reason)
    {
        Route53Exception refused = Assert.Throws<Route53Exception>(() => PolicyDocumentReader.Read(document.Replace("ENDS", Ends, StringComparison.Ordinal)));

        Assert.Equal("InvalidTrafficPolicyDocument", refused.Error.Code);
        Assert.Contains(reason, refused.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"AWSPolicyFormatVersion":"\ud800","RecordType":"A","StartEndpoint":"a",ENDS}""")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartEndpoint":"\udc00",ENDS}""")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartEndpoint":"a","\ud800":1,ENDS}""")]
    [InlineData("""{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartEndpoint":"a",ENDS,"Rules":{"\ud800":{"RuleType":"weighted","Items":[]}}}""")]
    public void Read_HalfOfASurrogatePair_IsNoDocument(string document)
    {
        Route53Exception refused = Assert.Throws<Route53Exception>(() => PolicyDocumentReader.Read(document.Replace("ENDS", Ends, StringComparison.Ordinal)));

        Assert.Equal("InvalidTrafficPolicyDocument", refused.Error.Code);
    }

    [Fact]
    public void Read_RuleThereTwice_SaysSo()
    {
        Route53Exception refused = Assert.Throws<Route53Exception>(() => PolicyDocumentReader.Read(
            """{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartEndpoint":"a","Endpoints":{"a":{"Type":"value","Value":"192.0.2.1"},"a":{"Type":"value","Value":"192.0.2.2"}}}"""));

        Assert.Contains("'a' is there twice", refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyRulesThatLeadToOneAnother_AreEachReadOnce()
    {
        // Chains of fifteen rules, the last of which lead on twice each: as much as a document holds, and read in a moment because no
        // rule is read anew for each that leads to it.
        string rules = string.Join(',', Enumerable.Range(0, 795).Select(i =>
            $"\"r{i}\":{{\"RuleType\":\"weighted\",\"Items\":[{string.Join(',', Enumerable.Range(0, 2).Select(_ => i % 15 == 14 ? "{\"Weight\":1,\"EndpointReference\":\"a\"}" : $"{{\"Weight\":1,\"RuleReference\":\"r{i + 1}\"}}").Take(i % 15 < 8 ? 1 : 2))}]}}"));
        string document = $"{{\"AWSPolicyFormatVersion\":\"2015-10-01\",\"RecordType\":\"A\",\"StartRule\":\"r0\",{Ends},\"Rules\":{{{rules}}}}}";

        PolicyDocument read = PolicyDocumentReader.Read(document);

        Assert.Single(read.Start.Branches);
    }

    [Fact]
    public void Read_RulesReferredToAgainAndAgain_AreBounded()
    {
        string rules = string.Join(',', Enumerable.Range(0, 15).Select(i =>
            $"\"r{i}\":{{\"RuleType\":\"weighted\",\"Items\":[{{\"Weight\":1,\"RuleReference\":\"r{i + 1}\"}},{{\"Weight\":1,\"RuleReference\":\"r{i + 1}\"}}]}}"));
        string document = $"{{\"AWSPolicyFormatVersion\":\"2015-10-01\",\"RecordType\":\"A\",\"StartRule\":\"r0\",{Ends},\"Rules\":{{{rules},\"r15\":{{\"RuleType\":\"weighted\",\"Items\":[{{\"Weight\":1,\"EndpointReference\":\"a\"}}]}}}}}}";

        Route53Exception refused = Assert.Throws<Route53Exception>(() => PolicyDocumentReader.Read(document));

        Assert.Contains("more than 1000 branches", refused.Error.Message, StringComparison.Ordinal);
    }
}
