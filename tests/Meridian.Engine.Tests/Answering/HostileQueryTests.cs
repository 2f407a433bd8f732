using Meridian.Engine.Answering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>Whatever comes in, the seam answers or drops: it never throws, and never writes past what it says.</summary>
public sealed class HostileQueryTests
{
    private const int Cases = 60_000;

    [Fact]
    public void Answer_MutatedQueries_NeverThrowsAndStaysInBounds()
    {
        Random random = new(20261120);
        byte[][] seeds = [.. SampleZone.Queries];
        QueryAnswerer answerer = new(SampleZone.Serve(), new AnswerLimits());
        for (int i = 0; i < Cases; i++)
        {
            byte[] query = Mutate(seeds[random.Next(seeds.Length)], random);
            byte[] response = new byte[random.Next(4) == 0 ? random.Next(64) : 1400];
            Transport transport = random.Next(4) == 0 ? Transport.Tcp : Transport.Udp;
            ClientInfo client = new(ClientAddress.FromIPv4((uint)random.Next()), (ushort)random.Next(), transport, random.Next());

            AnswerResult result = answerer.Answer(query, client, response);

            Assert.InRange(result.Length, 0, response.Length);
            if (result.Disposition == AnswerDisposition.Respond)
            {
                Assert.InRange(result.Length, 12, transport == Transport.Udp ? 1232 : response.Length);
                Assert.True((response[2] & 0x80) != 0, "an answer has QR=1");
                Assert.Equal(query[..2], response[..2]);
            }
        }
    }

    [Fact]
    public void Answer_InPlace_IsTheSameAsApart()
    {
        Random random = new(7);
        byte[][] seeds = [.. SampleZone.Queries];
        QueryAnswerer apart = new(SampleZone.Serve(), new AnswerLimits());
        QueryAnswerer inPlace = new(SampleZone.Serve(), new AnswerLimits());
        byte[] buffer = new byte[1400];
        byte[] response = new byte[1400];
        for (int i = 0; i < Cases / 4; i++)
        {
            byte[] query = random.Next(2) == 0 ? seeds[random.Next(seeds.Length)] : Mutate(seeds[random.Next(seeds.Length)], random);
            ClientInfo client = new(ClientAddress.FromIPv4((uint)random.Next()), (ushort)random.Next(), Transport.Udp, random.Next());
            query.AsSpan(0, Math.Min(query.Length, buffer.Length)).CopyTo(buffer);

            AnswerResult expected = apart.Answer(query, client, response);
            AnswerResult actual = inPlace.Answer(buffer.AsSpan(0, query.Length), client, buffer);

            Assert.Equal(expected, actual);
            Assert.Equal(response.AsSpan(0, expected.Length), buffer.AsSpan(0, actual.Length));
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        byte[] query = [.. seed];
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            switch (random.Next(4))
            {
                case 0:
                    query[random.Next(query.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    query[random.Next(query.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when query.Length > 1:
                    query = query[..random.Next(1, query.Length)];
                    break;
                default:
                    byte[] tail = new byte[random.Next(1, 30)];
                    random.NextBytes(tail);
                    query = [.. query, .. tail];
                    break;
            }
        }
        return query;
    }
}
