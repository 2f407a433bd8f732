using Meridian.Dns.Names;

namespace Meridian.Dns.Messages;

/// <summary>Reads names out of messages, following compression pointers (RFC 1035 §4.1.4).</summary>
internal static class MessageNames
{
    private const int PointerMark = 0xC0;

    /// <summary>Reads the name at an offset.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Moved behind the name as it stands there.</param>
    /// <param name="name">Receives the name uncompressed; give it <see cref="DomainName.MaxLength"/> octets.</param>
    /// <param name="length">Octets of the name.</param>
    internal static MessageParseStatus TryRead(ReadOnlySpan<byte> message, ref int offset, Span<byte> name, out int length)
    {
        length = 0;
        int position = offset;
        // Every pointer must point before the labels it continues: then the walk goes back each time and must end.
        int lowest = offset;
        bool isBehindPointer = false;
        while ((uint)position < (uint)message.Length)
        {
            int labelLength = message[position];
            if (labelLength >= PointerMark)
            {
                if (position + 1 >= message.Length)
                {
                    return MessageParseStatus.Truncated;
                }
                int target = (labelLength & ~PointerMark) << 8 | message[position + 1];
                if (!isBehindPointer)
                {
                    offset = position + 2;
                    isBehindPointer = true;
                }
                if (target >= lowest || target < MessageHeader.Length)
                {
                    return MessageParseStatus.BadName;
                }
                position = lowest = target;
                continue;
            }
            if (labelLength > DomainName.MaxLabelLength || length + labelLength + 1 > DomainName.MaxLength)
            {
                return MessageParseStatus.BadName;
            }
            if (message.Length - position < labelLength + 1)
            {
                return MessageParseStatus.Truncated;
            }
            message.Slice(position, labelLength + 1).CopyTo(name[length..]);
            length += labelLength + 1;
            position += labelLength + 1;
            if (labelLength == 0)
            {
                offset = isBehindPointer ? offset : position;
                return MessageParseStatus.Ok;
            }
        }
        return MessageParseStatus.Truncated;
    }
}
