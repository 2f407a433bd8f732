using Meridian.Control.Http;
using Meridian.Engine.Health;

namespace Meridian.Host.Quickstart;

/// <summary>What the quickstart shows at one moment.</summary>
/// <param name="Plan">What is run.</param>
/// <param name="Report">The server's last report; null while it could not be had.</param>
/// <param name="Fleet">The backends' processes; null when they are run by somebody else.</param>
/// <param name="Sampler">Where answers go.</param>
internal sealed record QuickstartState(QuickstartPlan Plan, StatusReport? Report, BackendFleet? Fleet, AnswerSampler Sampler)
{
    /// <summary>What the server knows of a backend; null when it does not know it.</summary>
    public MemberReport? MemberOf(BackendPlan backend) =>
        Report?.Members.FirstOrDefault(member => member.Target == backend.Address.Address.ToString());

    public HealthState HealthOf(BackendPlan backend) => MemberOf(backend)?.Health ?? HealthState.Unknown;
}
