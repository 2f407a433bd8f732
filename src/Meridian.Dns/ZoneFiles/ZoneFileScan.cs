using System.Buffers;
using System.Buffers.Binary;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.ZoneFiles;

/// <summary>One run over a master file: what has been collected, and what later entries take from earlier ones.</summary>
internal sealed class ZoneFileScan(IZoneFileSource? source, ZoneFileOptions options)
{
    // More than one, so that a core that was given short lines can take over from one that was given long ones.
    private const int StretchesPerCore = 4;

    private readonly ZoneTokenList _tokens = new();
    private readonly List<ZoneFilePart> _others = [];
    private readonly List<ZoneFileError> _errors = [];

    // The largest record data there is. Rented: a hundred thousand small files would make as many for a few lines each.
    private readonly byte[] _rdata = ArrayPool<byte>.Shared.Rent(ushort.MaxValue);
    private readonly ZoneTtls _ttls = new(options.DefaultTtlSeconds);
    private string _file = "";
    private DomainName _origin = DomainName.Root;
    private readonly byte[] _owner = new byte[DomainName.MaxLength];
    private ZoneFilePart _records = new();
    private int _recordCount;
    private int _ownerLength;
    private bool _isOwnerBad;
    private int _includeCount;
    private int _generatedCount;
    private bool _isCutShort;

    // Where the $GENERATE stands whose records are being scanned: their own text has no place in the file.
    private ZoneFilePosition? _generatedAt;

    public ZoneFileLimits Limits => options.Limits;

    public DomainName Origin
    {
        get => _origin;
        set => _origin = value;
    }

    public ZoneTtls Ttls => _ttls;

    /// <summary>What was collected. Ends the scan: nothing can be scanned with it any more.</summary>
    public ZoneFileResult ToResult()
    {
        ReturnBuffer();
        ZoneFileRecords records = new();
        _others.ForEach(records.Add);
        records.Add(_records);
        return new() { Records = records, Errors = _errors, IsCutShort = _isCutShort };
    }

    /// <summary>Scans one file; the origin and the owner of the file that includes it stand again behind it (RFC 1035 §5.1).</summary>
    public void ScanFile(ZoneFileText file, DomainName origin, int depth)
    {
        (string file, DomainName origin, byte[] owner, bool isOwnerBad) outer = (_file, _origin, _owner[.._ownerLength], _isOwnerBad);
        (_file, _origin, _ownerLength, _isOwnerBad) = (file.Name, origin, 0, false);
        ReadOnlySpan<char> text = file.Text;
        int tail = options.Cores > 1 && text.Length >= 2 * options.StretchLength ? ZoneFileStretches.TailOf(text) : text.Length;
        // The head goes first: what it says about TTLs and the origin holds for all of the tail.
        ZoneTokenizer tokenizer = new(text[..tail], _tokens);
        ScanEntries(text, ref tokenizer, depth);
        if (tail < text.Length && !_isCutShort && !tokenizer.IsCutInside)
        {
            ScanTail(file, tail, tokenizer.Line, depth);
        }
        (_file, _origin, _ownerLength, _isOwnerBad) = (outer.file, outer.origin, outer.owner.Length, outer.isOwnerBad);
        outer.owner.CopyTo(_owner, 0);
    }

    private void ScanEntries(ReadOnlySpan<char> text, ref ZoneTokenizer tokenizer, int depth)
    {
        while (!_isCutShort && tokenizer.TryReadEntry())
        {
            if (tokenizer.Error is not null)
            {
                Report(new ZoneFilePosition(_file, tokenizer.ErrorLine, tokenizer.ErrorColumn), tokenizer.Error);
                continue;
            }
            ReadOnlySpan<ZoneToken> tokens = _tokens.Tokens;
            if (tokens[0].Kind == ZoneTokenKind.Plain && text[tokens[0].Start] == '$')
            {
                ZoneDirectives.Scan(this, text, tokens, tokenizer.BeginsWithBlank, depth);
            }
            else
            {
                ScanRecord(text, tokens, tokenizer.BeginsWithBlank);
            }
        }
    }

    /// <summary>Scans what has neither parentheses nor directives, on several cores where that gives the same as in order.</summary>
    private void ScanTail(ZoneFileText file, int tail, int line, int depth)
    {
        // Without a $TTL, records that state no TTL take that of a record before them, which may be in another stretch.
        if (_ttls.Directive is null || !TryScanStretches(file, tail, line))
        {
            ZoneTokenizer tokenizer = new(file.Text, _tokens, tail, line);
            ScanEntries(file.Text, ref tokenizer, depth);
        }
    }

    /// <summary>
    /// False, with nothing taken over, when there is a mistake or a limit was reached: what a line means that hangs on a
    /// bad one, and which entries come before the limit, is a matter of their order.
    /// </summary>
    private bool TryScanStretches(ZoneFileText file, int tail, int line)
    {
        int wanted = Math.Min(options.Cores * StretchesPerCore, (file.Text.Length - tail) / options.StretchLength);
        List<Range> stretches = ZoneFileStretches.Cut(file.Text, tail, Math.Max(1, wanted));
        int[] lines = new int[stretches.Count];
        ParallelOptions cores = new() { MaxDegreeOfParallelism = options.Cores };
        Parallel.For(0, stretches.Count, cores, i => lines[i] = file.Text.AsSpan(stretches[i]).Count('\n'));
        for (int i = 0; i < lines.Length; i++)
        {
            (lines[i], line) = (line, line + lines[i]);
        }
        ZoneFileScan[] scans = new ZoneFileScan[stretches.Count];
        Parallel.For(0, stretches.Count, cores, i => scans[i] = ScanStretch(file, stretches[i], lines[i]));
        if (scans.Any(scan => scan._errors.Count > 0) || _recordCount + scans.Sum(scan => (long)scan._recordCount) > Limits.Records)
        {
            return false;
        }
        _others.Add(_records);
        _others.AddRange(scans.Select(scan => scan._records));
        _records = new ZoneFilePart();
        _recordCount += scans.Sum(scan => scan._recordCount);
        return true;
    }

    private ZoneFileScan ScanStretch(ZoneFileText file, Range stretch, int line)
    {
        ZoneFileScan scan = new(source: null, options) { _file = _file, _origin = _origin };
        scan._ttls.Directive = _ttls.Directive;
        ReadOnlySpan<char> text = file.Text.AsSpan(0, stretch.End.Value);
        ZoneTokenizer tokenizer = new(text, scan._tokens, stretch.Start.Value, line);
        scan.ScanEntries(text, ref tokenizer, depth: 0);
        scan.ReturnBuffer();
        return scan;
    }

    private void ReturnBuffer() => ArrayPool<byte>.Shared.Return(_rdata);

    /// <summary>Opens and scans an included file.</summary>
    public void Include(string path, DomainName origin, in ZoneToken token, int depth)
    {
        if (depth >= Limits.IncludeDepth)
        {
            Report(token, $"$INCLUDE goes more than {Limits.IncludeDepth} files deep; does a file include itself?");
        }
        else if (++_includeCount > Limits.Includes)
        {
            Report(token, $"more than {Limits.Includes} files are included");
            _isCutShort = true;
        }
        else if (source is null)
        {
            Report(token, "$INCLUDE cannot be used here");
        }
        else if (source.TryOpen(path, _file, out ZoneFileText? file, out string? error))
        {
            ScanFile(file, origin, depth + 1);
        }
        else
        {
            Report(token, $"$INCLUDE: {error}");
        }
    }

    /// <summary>Scans the text of one generated record; false when it has a mistake, and then so would the next.</summary>
    public bool ScanGenerated(string text, in ZoneToken directive)
    {
        if (++_generatedCount > Limits.GeneratedRecords)
        {
            Report(directive, $"$GENERATE makes more than {Limits.GeneratedRecords} records");
            _isCutShort = true;
            return false;
        }
        int errorCount = _errors.Count;
        _generatedAt = new ZoneFilePosition(_file, directive.Line, directive.Column);
        ZoneTokenizer tokenizer = new(text, _tokens);
        tokenizer.TryReadEntry();
        if (tokenizer.Error is null)
        {
            ScanRecord(text, _tokens.Tokens, beginsWithBlank: false);
        }
        else
        {
            Report(directive, tokenizer.Error);
        }
        _generatedAt = null;
        return errorCount == _errors.Count && !_isCutShort;
    }

    public void Report(in ZoneToken token, string message) => Report(PositionOf(token), message);

    public void Report(ZoneFilePosition position, string message)
    {
        if (_isCutShort)
        {
            return;
        }
        _errors.Add(new ZoneFileError(position, message));
        _isCutShort = _errors.Count >= Limits.Errors;
    }

    private ZoneFilePosition PositionOf(in ZoneToken token) =>
        _generatedAt ?? new ZoneFilePosition(_file, token.Line, token.Column);

    private void ScanRecord(ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens, bool beginsWithBlank)
    {
        int next = 0;
        if (!beginsWithBlank)
        {
            ScanOwner(text, tokens[next++]);
        }
        else if (_ownerLength == 0 && !_isOwnerBad)
        {
            Report(tokens[0], "the line begins with a blank, which means the owner of the record before, and there is none");
            _isOwnerBad = true;
        }
        ZoneRecordHeader header = new();
        if (!header.TryScan(this, text, tokens, ref next))
        {
            return;
        }
        RdataScanner scanner = new(text, tokens[next..], _origin.Wire, _rdata);
        if (!RdataFieldScanner.TryScan(ref scanner, header.Type))
        {
            Report(tokens[Math.Max(next + scanner.LastIndex, 0)], scanner.Error ?? "the record data is not valid");
            return;
        }
        uint? minimum = header.Type == RecordType.SOA ? BinaryPrimitives.ReadUInt32BigEndian(scanner.Rdata[^4..]) : null;
        if (_ttls.Resolve(header.TtlSeconds, minimum) is not { } ttl)
        {
            Report(tokens[next - 1], "the record states no TTL and there is none to take: no $TTL, none stated before, no default and no SOA");
        }
        else if (!_isOwnerBad)
        {
            Add(header.Type, ttl, scanner.Rdata, tokens[0]);
        }
    }

    private void Add(RecordType type, uint ttlSeconds, ReadOnlySpan<byte> rdata, in ZoneToken token)
    {
        if (_recordCount >= Limits.Records)
        {
            Report(token, $"more than {Limits.Records} records");
            _isCutShort = true;
            return;
        }
        _recordCount++;
        _records.Add(_owner.AsSpan(0, _ownerLength), type, ttlSeconds, rdata, PositionOf(token));
    }

    // After a bad owner the records that follow without one of their own are checked but not kept.
    private void ScanOwner(ReadOnlySpan<char> text, in ZoneToken token)
    {
        ReadOnlySpan<char> name = token.In(text);
        if (token.Kind != ZoneTokenKind.Plain)
        {
            Report(token, "an owner name cannot have quotes");
            _isOwnerBad = true;
            return;
        }
        DomainNameError error = DomainNameText.TryScan(name, _origin.Wire, _owner, out _ownerLength);
        WireNames.ToLowerInPlace(_owner.AsSpan(0, _ownerLength));
        _isOwnerBad = error != DomainNameError.None;
        if (_isOwnerBad)
        {
            Report(token, $"owner '{name}': {error.Describe()}");
        }
    }
}
