"""Make the encoder's ONNX file."""

import logging
import time
import warnings

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recommendations.taste.encoders import OnnxEncoder, query_encoder
from recommendations.taste.exporting import export_onnx
from recommendations.taste.weights import ENCODERS, EncoderMissing


class Command(BaseCommand):
    help = "Export the encoder to one ONNX file under ENCODER_DIR; does nothing when it is there."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--again", action="store_true", help="export even if it is there")

    def handle(self, *args, again: bool, **options) -> None:
        knobs = settings.RECOMMENDER
        if not ENCODERS[knobs.encoder].is_exported:
            try:
                query_encoder(knobs.encoder, knobs.encoder_dir, knobs.encoder_sha256)
            except EncoderMissing as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{knobs.encoder} needs no file of its own: it is ready.")
            return
        if not again:
            try:
                OnnxEncoder(knobs.encoder, folder=knobs.encoder_dir)
            except EncoderMissing:
                pass
            else:
                self.stdout.write(f"{knobs.encoder} is prepared.")
                return
        started = time.monotonic()
        # The exporter warns at length about what this model does not use.
        logging.disable(logging.WARNING)
        warnings.simplefilter("ignore")
        try:
            difference = export_onnx(
                knobs.encoder, folder=knobs.encoder_dir, sha256=knobs.encoder_sha256
            )
        except EncoderMissing as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{knobs.encoder} exported in {time.monotonic() - started:.1f} s; "
            f"largest difference from torch on 20 texts: {difference:.1g}."
        )
