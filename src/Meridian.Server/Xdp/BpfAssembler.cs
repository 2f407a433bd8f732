using System.Collections.Immutable;

namespace Meridian.Server.Xdp;

/// <summary>A register of the BPF machine: R0 is the result, R1 to R5 are arguments, R6 to R9 survive calls.</summary>
internal enum BpfRegister
{
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
}

/// <summary>A place in a program that jumps go to.</summary>
internal readonly record struct BpfLabel(int Number);

/// <summary>
/// Puts BPF instructions together (RFC 9669): only the few that <see cref="RedirectProgram"/> needs, with forward jumps
/// to labels. Saves the build a C compiler and the server an object-file loader.
/// </summary>
internal sealed class BpfAssembler
{
    // RFC 9669 §3: the class in the low three bits, the rest is the operation and the source of its operand.
    private const byte LoadDoubleWord = 0x18;
    private const byte LoadWord = 0x61;
    private const byte LoadHalfWord = 0x69;
    private const byte LoadByte = 0x71;
    private const byte MoveRegister = 0xBF;
    private const byte MoveConstant = 0xB7;
    private const byte AddConstant = 0x07;
    private const byte AndConstant = 0x57;
    private const byte JumpAlways = 0x05;
    private const byte JumpGreaterRegister = 0x2D;
    private const byte JumpEqual32 = 0x16;
    private const byte JumpNotEqual32 = 0x56;
    private const byte CallHelper = 0x85;
    private const byte ExitProgram = 0x95;
    private const int Unplaced = -1;

    private readonly List<ulong> _instructions = [];
    private readonly List<(int Instruction, BpfLabel Target)> _jumps = [];
    private readonly List<int> _labels = [];

    public BpfLabel NewLabel()
    {
        _labels.Add(Unplaced);
        return new BpfLabel(_labels.Count - 1);
    }

    /// <summary>The next instruction is where the label's jumps go.</summary>
    public void Place(BpfLabel label) => _labels[label.Number] = _instructions.Count;

    public void Move(BpfRegister to, BpfRegister from) => Emit(MoveRegister, to, from);

    public void Set(BpfRegister to, int value) => Emit(MoveConstant, to, immediate: value);

    public void Add(BpfRegister to, int value) => Emit(AddConstant, to, immediate: value);

    public void And(BpfRegister to, int mask) => Emit(AndConstant, to, immediate: mask);

    /// <summary>Loads an octet, zero-extended.</summary>
    public void Load8(BpfRegister to, BpfRegister from, int offset) => Emit(LoadByte, to, from, offset);

    /// <summary>Loads 16 bits as they lie in memory, zero-extended.</summary>
    public void Load16(BpfRegister to, BpfRegister from, int offset) => Emit(LoadHalfWord, to, from, offset);

    /// <summary>Loads 32 bits as they lie in memory, zero-extended.</summary>
    public void Load32(BpfRegister to, BpfRegister from, int offset) => Emit(LoadWord, to, from, offset);

    /// <summary>Loads the address of a map, which the kernel puts in the place of its descriptor.</summary>
    public void LoadMap(BpfRegister to, int mapDescriptor)
    {
        const BpfRegister MapDescriptor = BpfRegister.R1;
        Emit(LoadDoubleWord, to, MapDescriptor, immediate: mapDescriptor);
        Emit(0, 0);
    }

    public void Jump(BpfLabel target) => EmitJump(JumpAlways, 0, 0, 0, target);

    /// <summary>Jumps when the left register is greater, unsigned.</summary>
    public void JumpIfGreater(BpfRegister left, BpfRegister right, BpfLabel target) =>
        EmitJump(JumpGreaterRegister, left, right, 0, target);

    /// <summary>Jumps when the low 32 bits are the value.</summary>
    public void JumpIfEqual(BpfRegister register, uint value, BpfLabel target) =>
        EmitJump(JumpEqual32, register, 0, (int)value, target);

    /// <summary>Jumps when the low 32 bits are not the value.</summary>
    public void JumpIfNotEqual(BpfRegister register, uint value, BpfLabel target) =>
        EmitJump(JumpNotEqual32, register, 0, (int)value, target);

    /// <summary>Calls a function of the kernel: R1 to R5 are its arguments and are lost, R0 is its result.</summary>
    public void Call(int function) => Emit(CallHelper, 0, immediate: function);

    public void Exit() => Emit(ExitProgram, 0);

    /// <summary>The instructions, with every jump resolved.</summary>
    public ImmutableArray<ulong> Assemble()
    {
        ulong[] resolved = [.. _instructions];
        foreach ((int instruction, BpfLabel target) in _jumps)
        {
            int place = _labels[target.Number];
            if (place == Unplaced)
            {
                throw new InvalidOperationException("A jump goes to a label that was not placed.");
            }

            // Distances are counted from the instruction behind the jump.
            short distance = checked((short)(place - instruction - 1));
            resolved[instruction] |= (ulong)(ushort)distance << 16;
        }

        return [.. resolved];
    }

    private void EmitJump(byte operation, BpfRegister left, BpfRegister right, int immediate, BpfLabel target)
    {
        _jumps.Add((_instructions.Count, target));
        Emit(operation, left, right, 0, immediate);
    }

    // RFC 9669 §3.1: opcode, registers (destination in the low half), offset, immediate; as one little-endian word.
    private void Emit(byte operation, BpfRegister to, BpfRegister from = 0, int offset = 0, int immediate = 0) =>
        _instructions.Add(
            operation
            | ((ulong)to << 8)
            | ((ulong)from << 12)
            | ((ulong)(ushort)offset << 16)
            | ((ulong)(uint)immediate << 32));
}
