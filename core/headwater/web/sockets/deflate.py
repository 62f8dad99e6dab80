"""Compressed messages, as wsproto does them, but for one fault of its.

wsproto 1.3.2 takes a ping or close between two frames of one message for the end of the message's
compression: the rest of it comes out as rubbish.
"""

from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, RsvBits


class Deflate(PerMessageDeflate):
    def frame_inbound_header(
        self,
        proto: FrameDecoder | FrameProtocol,
        opcode: Opcode,
        rsv: RsvBits,
        payload_length: int,
    ) -> CloseReason | RsvBits:
        if not opcode.iscontrol():
            return super().frame_inbound_header(proto, opcode, rsv, payload_length)
        self._inbound_is_compressible = False
        return CloseReason.PROTOCOL_ERROR if rsv.rsv1 else RsvBits(True, False, False)

    def frame_inbound_complete(
        self, proto: FrameDecoder | FrameProtocol, fin: bool
    ) -> bytes | CloseReason | None:
        if not self._inbound_is_compressible:
            return None
        return super().frame_inbound_complete(proto, fin)
